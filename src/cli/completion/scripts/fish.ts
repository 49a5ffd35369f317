/** What fish reads. It asks the program for every word, under the name that was typed. */
export const fishScript = `# Completion of backup-ns for fish: backup-ns completion fish > ~/.config/fish/completions/backup-ns.fish
function __backup_ns_complete
    set -l asked (commandline -opc)
    set -l current (commandline -ct)
    set -l program $asked[1]
    set -e asked[1]
    set -l directive 4
    for line in ($program __complete $asked "$current" 2>/dev/null)
        if string match -q ':*' -- $line
            set directive (string sub -s 2 -- $line)
        else
            echo $line
        end
    end
    if test "$directive" = 0
        __fish_complete_path $current
    end
end
complete -c backup-ns -f -a '(__backup_ns_complete)'
`;
