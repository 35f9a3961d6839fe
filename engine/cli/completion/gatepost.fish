# fish asks the program itself what may stand next. A line is a word, a tab and its meaning, or :ENDING for files.
function __gatepost_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l folders
    for line in ($words[1] complete $words[2..-1] "$current" 2>/dev/null)
        if string match -q ':*' -- $line
            set -l files $current*.(string sub -s 2 -- $line)
            printf '%s\n' $files
            set folders $current*/
        else
            printf '%s\n' $line
        end
    end
    printf '%s\n' $folders
end
complete -c gatepost -f -a '(__gatepost_complete)'
