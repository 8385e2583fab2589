import Payments
import Testing
import YooKassa

@Suite("Amounts as YooKassa writes them")
struct AmountTests {
    @Test(
        "are read leniently and exactly",
        arguments: [
            ("1", 100), ("1.0", 100), ("1.00", 100), ("0.01", 1), ("0.10", 10), ("350000.00", 35_000_000),
            ("90071992547409.93", 9_007_199_254_740_993), ("92233720368547758.07", Int64.max),
        ])
    func lenient(text: String, minor: Int64) {
        #expect(YooKassaAmount(value: text, currency: "RUB").money == Money(minor: minor, currency: .rub))
    }

    @Test(
        "with more digits than the currency has, or none, are no amounts",
        arguments: ["0.005", "1.000", "-1", "1e2", "", ".5", "1.", "1,00", " 1", "92233720368547758.08"])
    func refused(text: String) {
        #expect(YooKassaAmount(value: text, currency: "RUB").money == nil)
    }

    @Test("of another currency are none of ours")
    func currency() {
        #expect(YooKassaAmount(value: "1.00", currency: "GEL").money == nil)
    }

    @Test("are written with every digit", arguments: [(1, "0.01"), (10, "0.10"), (35_000_000, "350000.00")])
    func written(minor: Int64, text: String) {
        #expect(YooKassaAmount(Money(minor: minor, currency: .rub)).value == text)
    }
}
