extension ChildProcess {
    /// A program that ends with this process, however that ends: a watcher beside it waits for the end of its standard
    /// input.
    public static func tied(
        _ path: String, _ arguments: [String], environment: [String: String], folder: String
    ) throws -> ChildProcess {
        try ChildProcess(
            "/bin/bash", ["-c", script, path] + arguments, environment: environment, folder: folder,
            keepsInputOpen: true)
    }

    /// The process that is started, watched and ended becomes the program itself. The watcher lets go of every other
    /// descriptor: by one of them Foundation learns that the process has ended.
    private static let script = """
        exec 3<&0
        (
            for file in /proc/$BASHPID/fd/*; do
                number=${file##*/}
                [[ $number =~ ^[0-9]+$ && $number -gt 3 ]] && eval "exec $number>&-"
            done
            cat <&3
            kill -KILL $$
        ) >/dev/null 2>&1 &
        exec 3<&-
        exec "$0" "$@" </dev/null
        """
}
