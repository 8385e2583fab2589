import Foundation
import HTTPTypes

@testable import Server

/// A gateway's document as text, to be held against the routes that the server has.
struct RouteDocument {
    /// By path, with `{}` for what a caller fills in: the methods, in capitals.
    let paths: [String: Set<String>]
    /// Names of problems that its operations promise.
    let problems: Set<String>

    private static var root: URL {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root
    }

    /// - Parameter name: of a file in `spec`.
    init(_ name: String) throws {
        let text = try String(contentsOf: Self.root.appendingPathComponent("spec/\(name)"), encoding: .utf8)
        problems = Set(
            text.matches(of: /x-problems: \[([^\]]*)\]/).flatMap { match in
                match.1.split { ", \n".contains($0) }.map(String.init)
            })
        var (paths, path): ([String: Set<String>], String?) = ([:], nil)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for line in lines.drop(while: { $0 != "paths:" }).dropFirst() {
            if !line.isEmpty, !line.hasPrefix(" ") { break }
            if let match = line.wholeMatch(of: /\ \ (\/[^:]*):/) {
                path = Self.pattern(String(match.1))
                paths[path ?? ""] = []
            } else if let path, let match = line.wholeMatch(of: /\ \ \ \ (get|put|post|patch|delete):/) {
                paths[path]?.insert(match.1.uppercased())
            }
        }
        self.paths = paths
    }

    /// The same path whatever its parts are called.
    static func pattern(_ path: String) -> String { path.replacing(/\{[^}]*\}/, with: "{}") }

    /// What the server answers, in the same form. HEAD comes with each GET.
    static func paths(of known: [KnownPath]) -> [String: Set<String>] {
        Dictionary(
            known.map { path in (pattern(path.pattern), Set(path.methods.map(\.rawValue)).subtracting(["HEAD"])) },
            uniquingKeysWith: { $0.union($1) })
    }

    /// Names of problems that stand in the sources of some routes.
    ///
    /// - Parameter folder: in `Sources/Server`.
    static func problemsTold(in folder: String) throws -> Set<String> {
        var told: Set<String> = []
        let files = FileManager.default.enumerator(
            at: root.appendingPathComponent("Sources/Server/\(folder)"), includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let source = try String(contentsOf: file, encoding: .utf8)
            for match in source.matches(of: /\btype: "([a-z-]+)"/) { told.insert(String(match.1)) }
        }
        return told
    }
}
