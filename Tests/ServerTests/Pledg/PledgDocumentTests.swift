import Foundation
import HTTPTypes
import Specification
import Testing

@testable import Server

@Suite("pledg.openapi.yaml and the routes")
struct PledgDocumentTests {
    private static var root: URL {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root
    }

    private func document() throws -> Substring {
        let text = try String(contentsOf: Self.root.appendingPathComponent("spec/pledg.openapi.yaml"), encoding: .utf8)
        return text[try #require(text.range(of: "\npaths:\n")).upperBound...]
    }

    @Test("have the same paths with the same methods")
    func paths() throws {
        var listed: [String: Set<HTTPRequest.Method>] = [:]
        var path = ""
        for line in try document().split(separator: "\n") {
            if let match = line.wholeMatch(of: /\ \ (\/[^:]*):/) { path = String(match.1) }
            if let match = line.wholeMatch(of: /\ \ \ \ (get|post|put|patch|delete):/) {
                listed[path, default: []].insert(HTTPRequest.Method(match.1.uppercased())!)
            }
        }
        #expect(listed.count == 6)
        let known = PledgRoutes.knownPaths
        #expect(known.count == listed.count)
        for (path, methods) in listed {
            // The first that fits is the one that a router takes.
            let found = try #require(known.first { $0.matches(path) }, "\(path)")
            #expect(Set(found.methods).subtracting([.head]) == methods, "\(path)")
        }
    }

    @Test("every problem that the routes tell of is in the document, and none that nobody tells of")
    func problems() throws {
        let listed = Set(
            try document().matches(of: /x-problems: \[([^\]]*)\]/).flatMap { match in
                match.1.split { ", \n".contains($0) }.map(String.init)
            })
        let merchant = Set(try Specifications.load().merchant.problems.map(\.name))
        var told: Set<String> = []
        let folder = Self.root.appendingPathComponent("Sources/Server/Pledg")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        for file in files where file.pathExtension == "swift" {
            let source = try String(contentsOf: file, encoding: .utf8)
            for match in source.matches(of: /\btype: "([a-z-]+)"/) { told.insert(String(match.1)) }
        }
        #expect(told.count > 6)
        #expect(told.subtracting(listed).subtracting(merchant).isEmpty, "\(told.subtracting(listed))")
        #expect(listed.subtracting(told).subtracting(merchant).isEmpty, "\(listed.subtracting(told))")
    }
}
