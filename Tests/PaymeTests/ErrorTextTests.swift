import Payments
import Specification
import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 1.4: a text in three languages, and nothing internal in it.
@Suite("An error")
struct ErrorTextTests {
    @Test("is written exactly so: a code, a text in three languages, and its data")
    func exactly() async throws {
        try await PaymeShop.with { shop in
            let error = try #require(PaymeShop.document.error(named: "OrderNotFound"))
            let message: JSONValue = [
                "ru": .string(error.text.ru), "uz": .string(error.text.uz), "en": .string(error.text.en),
            ]
            #expect(
                try await shop.check().text
                    == #"{"jsonrpc":"2.0","error":{"code":\#(error.code),"message":\#(message.text),"data":"order_id"},"id":1}"#
            )
        }
    }

    @Test("without data has no such member")
    func noData() async throws {
        try await PaymeShop.with { shop in
            try await shop.add()
            let error = try await shop.check(amount: 7).value["error"]?.objectValue
            #expect(error?.keys == ["code", "message"])
        }
    }

    @Test("does not say what the shop's code stumbled over, nor what the order costs")
    func nothingInternal() async throws {
        struct Secret: Error, CustomStringConvertible { let description = "password=hunter2 at 10.0.0.7" }
        try await PaymeShop.with(ShopHooks { $0.onAdditional = { _, _ in throw Secret() } }) { shop in
            try await shop.add("A", 123_457)
            let failed = try await shop.check(amount: 123_457)
            #expect(failed.short == "InternalError")
            #expect(!failed.text.contains("hunter2") && !failed.text.contains("10.0.0.7"))
            #expect(failed.cause == "password=hunter2 at 10.0.0.7")
            #expect(!(try await shop.check(amount: 1).text.contains("123457")))
        }
    }

    @Test("that replaces a text escapes it")
    func escaped() async throws {
        let words = Refusal.Message(ru: "\"«Ы»\"\n", uz: "\\u0000", en: "</script>\u{1}")
        let refusal = Refusal(message: words, field: "a\"b")
        try await PaymeShop.with(ShopHooks { $0.onMayPay = { _, _ in .refuse(refusal) } }) { shop in
            try await shop.add()
            let answer = try await shop.check()
            #expect(["ru", "uz", "en"].map(answer.message) == [words.ru, words.uz, words.en])
            #expect(answer.data == "a\"b")
        }
    }

    @Test("of a name that nobody knows repeats it, but not at any length")
    func longName() async throws {
        try await PaymeShop.with { shop in
            let name = String(repeating: "ы", count: 500)
            let answer = try await shop.call(name, [:])
            #expect(answer.short == "MethodNotFound(\(String(repeating: "ы", count: 64)))")
        }
    }
}
