import Foundation
import Specification
import Testing

@testable import Server

@Suite("yookassa.openapi.yaml and the routes")
struct YooKassaDocumentTests {
    private static var root: URL {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root
    }

    @Test("every problem that the routes tell of is in the document")
    func problems() throws {
        let text = try String(
            contentsOf: Self.root.appendingPathComponent("spec/yookassa.openapi.yaml"), encoding: .utf8)
        let listed = Set(
            text.matches(of: /x-problems: \[([^\]]*)\]/).flatMap { match in
                match.1.split { ", \n".contains($0) }.map(String.init)
            })
        let merchant = Set(try Specifications.load().merchant.problems.map(\.name))
        var told: Set<String> = []
        let files = FileManager.default.enumerator(
            at: Self.root.appendingPathComponent("Sources/Server/YooKassa"), includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let source = try String(contentsOf: file, encoding: .utf8)
            for match in source.matches(of: /\btype: "([a-z-]+)"/) { told.insert(String(match.1)) }
        }
        #expect(told.count > 8)
        #expect(told.subtracting(listed).isEmpty, "\(told.subtracting(listed))")
        // And none is promised that nobody tells of.
        #expect(listed.subtracting(told).subtracting(merchant).isEmpty, "\(listed.subtracting(told))")
    }

    @Test("every path of the document is answered, and every path that is answered is in it")
    func paths() throws {
        let text = try String(
            contentsOf: Self.root.appendingPathComponent("spec/yookassa.openapi.yaml"), encoding: .utf8)
        let part = try #require(text.range(of: "\npaths:\n")).upperBound
        let listed = Set(text[part...].matches(of: /(?m)^  (\/[^:\n]*):$/).map { String($0.1) })
        let twins = [YooKassaRoutes.path, YooKassaRoutes.noticePath]
        #expect(listed.count == 15)
        let known = YooKassaRoutes.knownPaths(hasMerchant: true)
        for path in listed.union(twins) {
            #expect(known.contains { $0.matches(path) }, "\(path)")
        }
        #expect(known.count == listed.count + twins.count)
    }
}
