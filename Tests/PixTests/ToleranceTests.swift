import Payments
import Pix
import Testing

@Suite("What others write and we read")
struct ToleranceTests {
    @Test(
        "amounts that the manual lets others write",
        arguments: [
            ("1", 100), ("1.", 100), (".10", 10), ("10.0", 1000), ("0010.00", 1000), ("9999999999.99", 999_999_999_999),
            ("9999999999", 999_999_999_900), ("0", nil), ("0.00", nil), (".0", nil),
        ] as [(String, Int64?)])
    func amounts(text: String, centavos: Int64?) throws {
        let length = text.count < 10 ? "0\(text.count)" : "\(text.count)"
        let account = Vectors.text("V1").dropLast(8).description
        let code = try BRCode(Rewriting.summed(account.replacing("5802BR", with: "54\(length)\(text)5802BR")))
        #expect(code.amount == centavos.map { Money(minor: $0, currency: .brl) })
        #expect(code.deviations == (centavos == nil ? [.zeroAmount] : text == "9999999999.99" ? [] : [.amountForm]))
    }

    @Test("fields in another order, and of later editions, are kept in their place")
    func order() throws {
        let text = Rewriting.summed(
            "000201520400005303986" + "26220014br.GOV.bcb.pix0701x0101a".replacing("2622", with: "2628")
                + "5802BR6008BRASILIA5913Fulano de Tal62070503***6503abc")
        let code = try BRCode(text)
        #expect(code.deviations == [.order, .unknownField, .unknownKeyType])
        #expect(code.account == .key("a", info: nil, withdrawalAgent: nil))
        #expect(code.key == nil)
        #expect(code.text == text)
    }

    @Test("field 62 without a label")
    func noLabel() throws {
        let base = Vectors.text("V1").dropLast(8).description
        let code = try BRCode(Rewriting.summed(base.replacing("62070503***", with: "62070703abc")))
        #expect(code.deviations == [.labelMissing])
    }

    @Test("01 with 11 is a code for any number of payments")
    func reusable() throws {
        let base = Vectors.text("V7").dropLast(8).description
        #expect(try BRCode(Vectors.text("V7")).isOneTime)
        #expect(try !BRCode(Rewriting.summed(base.replacing("010212", with: "010211"))).isOneTime)
    }

    @Test("a key that cannot exist is read, and is no key")
    func wrongKey() throws {
        let code = try BRCode(Rewriting.withAccount("0014br.gov.bcb.pix011112345678900"))
        #expect(code.key == nil)
        #expect(code.deviations == [.unknownKeyType])
    }
}
