import TestSupport
import Testing

/// `tiyin`, run to its end.
struct CommandLineTool {
    let output: String
    let errors: String
    let exit: ChildProcess.Exit

    /// - Parameter environment: nothing else is set.
    static func run(
        _ arguments: [String], _ environment: [String: String] = [:], in folder: TemporaryFolder
    ) async throws -> CommandLineTool {
        let child = try ChildProcess(
            Executable.path("tiyin"), arguments, environment: environment, folder: folder.path)
        let exit = await child.exit()
        return CommandLineTool(output: child.output, errors: child.errors, exit: exit)
    }

    /// Output line by line.
    var lines: [String] { output.split(separator: "\n").map(String.init) }

    var isSuccess: Bool { exit == .success }

    /// One line on standard error that says all of this, nothing on standard output, exit code 1.
    func expectRefusal(_ words: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(exit == .failure, "\(errors)", sourceLocation: sourceLocation)
        #expect(output == "", sourceLocation: sourceLocation)
        let lines = errors.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 2 && lines.last == "", "\(errors)", sourceLocation: sourceLocation)
        #expect(errors.hasPrefix("tiyin: "), "\(errors)", sourceLocation: sourceLocation)
        for word in words { #expect(errors.contains(word), "'\(word)' in: \(errors)", sourceLocation: sourceLocation) }
    }
}
