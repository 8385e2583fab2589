import Foundation
import Testing

/// What stands below all gateways knows none of them: the next one must fit without a line here.
@Suite("The ground that gateways stand on")
struct GatewayNamesTests {
    @Test("names no gateway, not even in a comment", arguments: ["Payments", "Storage", "JSONRPC"])
    func names(folder: String) throws {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let target = root.appendingPathComponent("Sources/\(folder)")
        let files = try #require(FileManager.default.enumerator(at: target, includingPropertiesForKeys: nil))
        var read = 0
        while let file = files.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            read += 1
            let text = try String(contentsOf: file, encoding: .utf8)
            for line in text.split(separator: "\n") {
                #expect(!line.contains(/\b([Pp]ayme|[Cc]lick|[Pp]ix|PIX|[Yy]oo[Kk]assa|[Pp]ledg)\b/), "\(line)")
            }
        }
        #expect(read > 10)
    }
}
