import Foundation
import Payme
import Payments
import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 6.1.
@Suite("A pay link")
struct CheckoutLinkTests {
    private static let merchant = "587f72c72cac0d162c722ae2"

    private func checkout(
        _ account: [AdditionalField] = [AdditionalField("order_id", "197")], amount: Int64 = 500,
        language: PaymeCheckout.Language? = nil, returnURL: String? = nil, delay: Int64? = nil
    ) -> PaymeCheckout {
        PaymeCheckout(
            merchantID: Self.merchant, account: account, amount: amount, language: language, returnURL: returnURL,
            returnDelayMilliseconds: delay)
    }

    /// What a link says, decoded.
    private func text(_ checkout: PaymeCheckout) throws -> String {
        let link = try checkout.link()
        let encoded = try #require(link.split(separator: "/").last.map(String.init))
        return String(decoding: try #require(Data(base64Encoded: encoded)), as: UTF8.self)
    }

    @Test("is the documentation's, byte for byte")
    func vectors() throws {
        #expect(
            try checkout().link()
                == "https://checkout.paycom.uz/"
                + "bT01ODdmNzJjNzJjYWMwZDE2MmM3MjJhZTI7YWMub3JkZXJfaWQ9MTk3O2E9NTAw")
        #expect(
            try checkout(language: .uz).link()
                == "https://checkout.paycom.uz/"
                + "bT01ODdmNzJjNzJjYWMwZDE2MmM3MjJhZTI7YWMub3JkZXJfaWQ9MTk3O2E9NTAwO2w9dXo=")
    }

    @Test("leads to the host that it is told")
    func host() throws {
        var checkout = checkout()
        checkout.checkoutURL = PaymeConfiguration.sandboxCheckout
        #expect(try checkout.link().hasPrefix("https://test.paycom.uz/bT0"))
    }

    @Test("has its members in this order")
    func members() throws {
        let everything = checkout(
            language: .en, returnURL: "https://shop.uz/back?id=:transaction&o=:account.order_id", delay: 15_000)
        #expect(
            try text(everything)
                == "m=\(Self.merchant);ac.order_id=197;a=500;l=en;"
                + "c=https://shop.uz/back?id=:transaction&o=:account.order_id;ct=15000")
        #expect(try text(checkout(amount: .max)) == "m=\(Self.merchant);ac.order_id=197;a=9223372036854775807")
        #expect(
            try PaymeCheckout.Language.allCases.map { try text(checkout(language: $0)).suffix(4) } == [
                "l=ru", "l=uz", "l=en",
            ])
    }

    @Test("carries several account fields, in their order, whatever letters they have")
    func severalFields() throws {
        let account = [AdditionalField("user", "Азиза 🙂"), AdditionalField("order", "A/5=6&7")]
        #expect(try text(checkout(account)) == "m=\(Self.merchant);ac.user=Азиза 🙂;ac.order=A/5=6&7;a=500")
    }

    @Test("with a semicolon in it cannot be made")
    func semicolon() {
        #expect(throws: PaymeCheckoutError.self) { try checkout([AdditionalField("order_id", "1;a=1")]).link() }
        #expect(throws: PaymeCheckoutError.self) { try checkout([AdditionalField("a;b", "1")]).link() }
        #expect(throws: PaymeCheckoutError.self) { try checkout([AdditionalField("a=b", "1")]).link() }
        #expect(throws: PaymeCheckoutError.self) { try checkout(returnURL: "https://shop.uz/;jsessionid=1").link() }
        var other = checkout()
        other.merchantID = "a;b"
        #expect(throws: PaymeCheckoutError.self) { try other.link() }
    }

    @Test("that cannot be made says which part is at fault, and why")
    func complaint() {
        func complaint(_ checkout: PaymeCheckout) -> String {
            do {
                return try checkout.link()
            } catch {
                return "\(error)"
            }
        }
        #expect(
            complaint(checkout([AdditionalField("order_id", "1;2")]))
                == "the value of 'ac.order_id' holds a semicolon, which a pay link cannot carry")
        #expect(
            complaint(checkout([AdditionalField("a=b", "1")]))
                == "the name 'ac.a=b' holds a semicolon or an equals sign, which a pay link cannot carry")
    }
}

/// Source: payme.md 6.2.
@Suite("A pay form")
struct CheckoutFormTests {
    @Test("has these fields, in this order")
    func fields() {
        let detail = #"{"receipt_type":0,"items":[{"title":"Помидоры"}]}"#
        let checkout = PaymeCheckout(
            merchantID: "587f72c72cac0d162c722ae2",
            account: [AdditionalField("user", "17"), AdditionalField("order", "A;5")], amount: 500_000, language: .uz,
            returnURL: "https://shop.uz/;back", returnDelayMilliseconds: 15, description: "Choy, 2 quti",
            detail: detail)
        #expect(
            checkout.formFields() == [
                AdditionalField("merchant", "587f72c72cac0d162c722ae2"), AdditionalField("amount", "500000"),
                AdditionalField("account[user]", "17"), AdditionalField("account[order]", "A;5"),
                AdditionalField("lang", "uz"), AdditionalField("callback", "https://shop.uz/;back"),
                AdditionalField("callback_timeout", "15"), AdditionalField("description", "Choy, 2 quti"),
                AdditionalField("detail", Credentials.base64(detail)),
            ])
    }

    @Test("leaves out what nobody said")
    func bare() {
        let checkout = PaymeCheckout(
            merchantID: "m", account: [AdditionalField("order_id", "1")], amount: 1)
        #expect(checkout.formFields().map(\.name) == ["merchant", "amount", "account[order_id]"])
    }
}
