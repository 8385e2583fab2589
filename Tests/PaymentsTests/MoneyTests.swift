import Payments
import Testing

@Suite("Money")
struct MoneyTests {
    /// What a double would make of the third column: 19.99 * 100 = 1998.9999999999998, 0.29 * 100 = 28.999999999999996.
    static let vectors = """
        text                  minor                 written
        0                     0                     0.00
        0.0                   0                     0.00
        0.01                  1                     0.01
        0.1                   10                    0.10
        0.29                  29                    0.29
        1                     100                   1.00
        1.1                   110                   1.10
        1.15                  115                   1.15
        4.35                  435                   4.35
        8.2                   820                   8.20
        19.99                 1999                  19.99
        64.1                  6410                  64.10
        1.005e0               -                     -
        5000                  500000                5000.00
        5000.00               500000                5000.00
        007.50                750                   7.50
        90071992547409.93     9007199254740993      90071992547409.93
        92233720368547758.07  9223372036854775807   92233720368547758.07
        92233720368547758.08  -                     -
        92233720368547758.1   -                     -
        92233720368547759     -                     -
        9223372036854775807   -                     -
        99999999999999999999  -                     -
        """

    @Test("a decimal text is read exactly, or not at all", arguments: rows(vectors))
    func reads(row: [String]) {
        let money = Money(decimal: row[0], currency: .uzs)
        #expect(money?.minor == Int64(row[1]))
        #expect(money?.decimal == (row[2] == "-" ? nil : row[2]))
        #expect(money?.description == (row[2] == "-" ? nil : row[2] + " UZS"))
    }

    @Test(
        "what is not a plain decimal number is refused",
        arguments: [
            "", " ", ".", "-1", "+1", "1.", ".5", "1..2", "1.2.3", "1,5", "1 000", " 1", "1 ", "1\n", "1e2", "1E2",
            "0x10",
            "1.234", "0.001", "NaN", "inf", "٥", "１", "1_0", "1'0", "--1", "1-", "a", "1a", "\u{0}", "1\u{0}",
            "1.2\u{301}",
        ]
    )
    func refuses(text: String) {
        #expect(Money(decimal: text, currency: .uzs) == nil)
    }

    @Test("writing and reading give back every amount")
    func roundTrip() {
        var generator = SplitMix64(seed: 20_261_121)
        var amounts: [Int64] = [0, 1, 9, 10, 99, 100, 101, 999, .max, .max - 1, .max / 100, .max / 100 * 100]
        for bits in 1...63 {
            for _ in 0..<50 { amounts.append(Int64(bitPattern: generator.next() >> UInt64(64 - bits)) & .max) }
        }
        for currency in Currency.known {
            for minor in amounts {
                let money = Money(minor: minor, currency: currency)
                guard Money(decimal: money.decimal, currency: currency) == money else {
                    Issue.record("\(minor) came back as another amount from \(money.decimal)")
                    return
                }
            }
        }
    }

    @Test("a negative figure is written with its sign and never read")
    func negative() {
        #expect(Money(minor: -5, currency: .uzs).decimal == "-0.05")
        #expect(Money(minor: -1_999, currency: .uzs).decimal == "-19.99")
        #expect(Money(minor: .min, currency: .uzs).decimal == "-92233720368547758.08")
    }

    @Test("amounts of different currencies differ")
    func currencies() {
        #expect(Money(minor: 5, currency: .uzs) != Money(minor: 5, currency: .rub))
        #expect(Currency(code: "UZS") == .uzs)
        #expect(Currency(code: "uzs") == nil)
        #expect(Currency(code: "XXX") == nil)
        #expect(Set(Currency.known.map(\.code)).count == Currency.known.count)
    }
}
