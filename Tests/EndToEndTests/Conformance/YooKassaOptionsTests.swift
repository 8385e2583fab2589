import ArgumentParser
import Conformance
import Testing

@testable import tiyin

@Suite("Options of conform yookassa")
struct YooKassaOptionsTests {
    private func configuration(
        _ arguments: [String], _ environment: [String: String] = [:]
    ) throws -> ConformanceConfiguration {
        let command = try ConformCommand.parseAsRoot(["yookassa"] + arguments)
        return try #require(command as? ConformYooKassaCommand).configuration(environment)
    }

    @Test("become settings")
    func settings() throws {
        let one = try configuration([
            "--url", "https://shop.example/webhook", "--shop-id", "100500", "--secret-key", "test_k", "--orders",
            "a, b", "--amount", "15010", "--api", "8600", "--behind-proxy", "--strict", "--only", "event",
        ])
        #expect(one.gateway == "yookassa")
        #expect(one.url == "https://shop.example/webhook" && one.key == "test_k" && one.shopID == "100500")
        #expect(one.orders == ["a", "b"] && one.amount == 15_010)
        #expect(one.bankPort == 8600 && one.isProxy && one.strictness == .strict && one.only == ["event"])
        let two = try configuration(
            ["--url", "https://a/", "--amount", "1", "--make-orders"],
            ["YOOKASSA_SHOP_ID": "7", "YOOKASSA_SECRET_KEY": "live_k", "MERCHANT_API_KEY": "m"])
        #expect(two.shopID == "7" && two.key == "live_k" && two.merchantKey == "m")
        #expect(two.bankPort == nil && !two.isProxy)
        let three = try configuration(["--url", "https://a/", "--amount", "1"])
        #expect(three.shopID == nil && three.key.isEmpty)
    }

    @Test(
        "are refused where something is missing or too much",
        arguments: [
            ["--url", "https://a/"],
            ["--amount", "1"],
            ["--url", "https://a/", "--amount", "1", "--api", "eighty"],
            ["--url", "https://a/", "--amount", "1", "--bank", "8600"],
            ["--url", "https://a/", "--amount", "1", "--make-orders"],
        ])
    func refused(arguments: [String]) {
        #expect(throws: (any Error).self) { try configuration(arguments) }
    }
}
