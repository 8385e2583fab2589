import Foundation

/// Processes by their number, also those that others have started.
public enum RunningProcess {
    /// Whether it runs: one that has ended and that nobody has asked after does not.
    public static func exists(_ id: Int32) -> Bool { kill(id, 0) == 0 && stat(of: id)?.first != "Z" }

    /// State and parent, on Linux; nil elsewhere.
    static func stat(of id: Int32) -> [String]? {
        guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        return text[text.index(after: end)...].split(separator: " ").map(String.init)
    }
}
