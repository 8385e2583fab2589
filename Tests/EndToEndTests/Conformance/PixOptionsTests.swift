import ArgumentParser
import Conformance
import Testing

@testable import tiyin

@Suite("Options of conform pix")
struct PixOptionsTests {
    private func configuration(
        _ arguments: [String], _ environment: [String: String] = [:]
    ) throws -> ConformanceConfiguration {
        let command = try ConformCommand.parseAsRoot(["pix"] + arguments)
        return try #require(command as? ConformPixCommand).configuration(environment)
    }

    @Test("become settings")
    func settings() throws {
        let one = try configuration([
            "--url", "https://shop.example/pix/s", "--pix-key", "loja@example.com", "--orders", "a, b", "--amount",
            "15010", "--bank", "8600", "--strict", "--only", "shape",
        ])
        #expect(one.gateway == "pix")
        #expect(one.url == "https://shop.example/pix/s" && one.key == "loja@example.com")
        #expect(one.orders == ["a", "b"] && one.amount == 15_010)
        #expect(one.bankPort == 8600 && one.strictness == .strict && one.only == ["shape"])
        let two = try configuration(["--url", "https://a/", "--amount", "1"], ["PIX_KEY": "+5561912345678"])
        #expect(two.key == "+5561912345678")
        #expect(two.bankPort == nil)
    }

    @Test(
        "are refused where something is missing or too much",
        arguments: [
            ["--url", "https://a/", "--amount", "1"],
            ["--url", "https://a/", "--pix-key", "k"],
            ["--pix-key", "k", "--amount", "1"],
            ["--url", "https://a/", "--pix-key", "k", "--amount", "1", "--bank", "eighty"],
            ["--url", "https://a/", "--pix-key", "k", "--amount", "1", "--make-orders"],
        ])
    func refused(arguments: [String]) {
        #expect(throws: (any Error).self) { try configuration(arguments) }
    }
}
