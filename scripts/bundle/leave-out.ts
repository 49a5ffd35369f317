import type { Plugin } from 'esbuild';
import { builtinModules } from 'node:module';
import { join } from 'node:path';

/** What a command needs late, if at all. Each would take 1 to 3 ms of every start. */
const neededLate = new Set(['child_process', 'fs/promises', 'https', 'readline/promises', 'zlib']);

/**
 * An ESM import of one of Node's own modules makes a list of everything the module exports, and with `node:http` that
 * loads Node's own fetch and WebSocket, which nobody here uses: 40 ms. `getBuiltinModule` gives the module as it is; of it
 * only those exports are read that somebody imports, and a module that is needed late is loaded at the first call.
 */
export const builtinsAsTheyAre: Plugin = {
  name: 'builtins-as-they-are',
  setup(build) {
    const names = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
    build.onResolve({ filter: /^(?:node:)?[a-z_/]+$/ }, ({ path, kind }) =>
      names.has(path) && kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => {
      const isLate = neededLate.has(path.replace('node:', ''));
      return { contents: isLate ? onFirstCall(path) : atOnce(path), loader: 'js' };
    });
  },
};

function atOnce(path: string): string {
  const names = Object.keys(process.getBuiltinModule(path) as object).filter((name) => name !== 'default');
  return `
    const theModule = process.getBuiltinModule(${JSON.stringify(path)});
    const exportOf = (name) => theModule[name];
    ${names.map((name) => `export const ${name} = /*@__PURE__*/ exportOf('${name}');`).join('')}
    export default theModule;`;
}

/** A function that is no class stands for itself before it is called. */
function onFirstCall(path: string): string {
  const getters = Object.entries(process.getBuiltinModule(path) as object).map(([name, value]) =>
    typeof value === 'function' && /^[a-z]/.test(name)
      ? `${name}: (...given) => load().${name}(...given),`
      : `get ${name}() { return load().${name}; },`,
  );
  return `
    let loaded;
    const load = () => (loaded ??= process.getBuiltinModule(${JSON.stringify(path)}));
    module.exports = { ${getters.join('')} };`;
}

/**
 * Of undici we use the Agent and its connector. Its root module also loads fetch, WebSocket, caches and mocks: half of
 * the bundle. This is what that root module does, for those two alone.
 */
export const leanUndici: Plugin = {
  name: 'lean-undici',
  setup(build) {
    build.onResolve({ filter: /^undici$/ }, ({ importer }) => ({
      path: 'undici',
      // The Kubernetes client would make requests of its own with it, and we make ours ourselves.
      namespace: importer.includes('@kubernetes/client-node') ? 'unused' : 'lean',
    }));
    build.onLoad({ filter: /./, namespace: 'lean' }, () => ({
      contents: `
        import Agent from 'undici/lib/dispatcher/agent.js';
        import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
        import api from 'undici/lib/api/index.js';
        import buildConnector from 'undici/lib/core/connect.js';
        Object.assign(Dispatcher.prototype, api);
        export { Agent, buildConnector, Dispatcher };`,
      resolveDir: import.meta.dirname,
      loader: 'js',
    }));
  },
};

/**
 * Of the Kubernetes client only the configuration is used, but its modules import every generated API model.
 * It does not say that they have no side effects; they have none, and so esbuild may leave them out.
 */
export const withoutModels: Plugin = {
  name: 'without-models',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) =>
      resolveDir.includes('@kubernetes/client-node/dist')
        ? { path: join(resolveDir, path), sideEffects: false }
        : undefined,
    );
  },
};

/**
 * Loaded by their packages at once, and never reached: HTTP/2 is switched off, the log has no worker thread, and a
 * kubeconfig with a SOCKS proxy is refused.
 */
const unused = [/^\.\/client-h2(?:\.js)?$/, /^thread-stream$/, /^socks(?:-proxy-agent)?$/];

export const withoutUnused: Plugin = {
  name: 'without-unused',
  setup(build) {
    for (const filter of unused) {
      build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'unused' }));
    }
    build.onLoad({ filter: /./, namespace: 'unused' }, ({ path }) => ({
      contents: `
        const unused = () => { throw new Error(${JSON.stringify(`${path} is left out of the bundle`)}); };
        const names = ['Agent', 'ProxyAgent', 'fetch', 'SocksProxyAgent', 'SocksClient'];
        module.exports = Object.assign(unused, Object.fromEntries(names.map((name) => [name, unused])));`,
      loader: 'js',
    }));
  },
};

/**
 * What proper-lockfile brings along: handlers of every signal and of the exit, which would remove its locks (ours go by
 * their own means), and a copy of `node:fs` that changes how files are closed all over the program.
 */
export const withoutExitHooks: Plugin = {
  name: 'without-exit-hooks',
  setup(build) {
    build.onResolve({ filter: /^(?:signal-exit|graceful-fs)$/ }, ({ path }) => ({
      path,
      namespace: 'plain',
    }));
    build.onLoad({ filter: /./, namespace: 'plain' }, ({ path }) => ({
      contents:
        path === 'graceful-fs'
          ? `module.exports = process.getBuiltinModule('node:fs');`
          : 'module.exports = () => () => {};',
      loader: 'js',
    }));
  },
};
