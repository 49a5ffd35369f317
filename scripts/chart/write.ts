import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chartFolder, defaultsTemplate } from './defaults.ts';
import { chartReadme } from './readme.ts';
import { writeStatic } from './static.ts';
import { chartSchema, schemaPath } from './schema.ts';

/** All of the chart that is made from values.yaml and the tables of settings. */
writeFileSync(schemaPath, `${JSON.stringify(chartSchema(), undefined, 2)}\n`);
writeFileSync(join(chartFolder, 'README.md'), chartReadme());
writeFileSync(join(chartFolder, 'templates', '_defaults.tpl'), defaultsTemplate());
writeStatic();
