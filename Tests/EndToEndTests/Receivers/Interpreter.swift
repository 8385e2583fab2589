import Foundation

/// A language that shops are written in, as far as this machine has it.
enum Interpreter: String, CaseIterable, Sendable {
    case php, python, node

    private var names: [String] {
        switch self {
        case .php: ["php"]
        case .python: ["python3"]
        case .node: ["node", "nodejs"]
        }
    }

    /// Nil: it is not installed. `Scripts/setup.sh tests` installs it.
    var path: String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/usr/local/bin").split(separator: ":")
        return folders.flatMap { folder in names.map { "\(folder)/\($0)" } }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// The folder of this package.
    static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
