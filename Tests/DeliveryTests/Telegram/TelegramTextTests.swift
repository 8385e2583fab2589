import Foundation
import Payments
import Specification
import Testing

@testable import Delivery

@Suite("The text of a message in Telegram")
struct TelegramTextTests {
    @Test("what stands for HTML is escaped, once, and nothing else is")
    func escaping() {
        let table: [(String, String)] = [
            ("a", "a"), ("", ""), ("<b>", "&lt;b&gt;"), ("&lt;", "&amp;lt;"), ("\"'", "&quot;'"),
            ("a & b < c > d", "a &amp; b &lt; c &gt; d"), ("ʻ№😀_*[](~`#+-=|{}.!", "ʻ№😀_*[](~`#+-=|{}.!"),
        ]
        for (text, expected) in table { #expect(TelegramText.escaped(text) == expected) }
        var marked = TelegramText()
        marked.add("1 < 2", .bold)
        marked.add(" & ")
        marked.add("</code>", .code)
        #expect(marked.html == "<b>1 &lt; 2</b> &amp; <code>&lt;/code&gt;</code>")
        #expect(marked.plain == "1 < 2 & </code>")
    }

    @Test("4,096 units are kept as they are; one more is cut, with every mark closed")
    func cutting() {
        for (length, mark) in [(4_096, TelegramText.Mark.none), (4_096, .bold), (4_096, .code)] {
            var fitting = TelegramText()
            fitting.add(String(repeating: "&", count: length - 3), mark)
            fitting.add("abc")
            #expect(fitting.cut() == fitting)
            var long = fitting
            long.add("d")
            let cut = long.cut()
            #expect(cut.plain.utf16.count == 4_096)
            #expect(cut.plain.hasSuffix("ab…"))
            // Its HTML is far longer, and whole: what counts is the text that is read from it.
            #expect(cut.html.count { $0 == "<" } == (mark == .none ? 0 : 2))
        }
    }

    @Test("a cut never leaves half a character", arguments: 1...12)
    func halves(length: Int) {
        let text = "😀é😀ʻ€😀"
        let cut = TelegramText.cut(text, to: length)
        #expect(cut.utf16.count <= length)
        #expect(!cut.contains("\u{FFFD}"))
        if length >= text.utf16.count { #expect(cut == text) } else { #expect(cut.hasSuffix("…")) }
    }

    @Test("a cut that falls between two parts shows itself too")
    func betweenParts() {
        var text = TelegramText()
        text.add("abc", .bold)
        text.add("def")
        #expect(text.cut(to: 3).html == "<b>ab…</b>")
        #expect(text.cut(to: 4).html == "<b>abc</b>…")
        #expect(text.cut(to: 6).html == "<b>abc</b>def")
    }

    @Test("amounts are written as people write them, to the last unit, without floating point")
    func amounts() {
        let table: [(TelegramLanguage, Int64, Currency, String)] = [
            (.en, 500_000, .uzs, "5,000.00 UZS"), (.ru, 500_000, .uzs, "5 000,00 UZS"),
            (.uz, 123_456_789, .uzs, "1 234 567,89 UZS"), (.pt, 500_000, .brl, "5.000,00 BRL"),
            (.en, 1, .eur, "0.01 EUR"), (.en, 99_999, .usd, "999.99 USD"), (.en, 100_000, .usd, "1,000.00 USD"),
            (.pt, 0, .brl, "0,00 BRL"), (.en, -123_456, .rub, "-1,234.56 RUB"),
            (.en, .max, .uzs, "92,233,720,368,547,758.07 UZS"), (.ru, .min, .uzs, "-92 233 720 368 547 758,08 UZS"),
        ]
        for (language, minor, currency, expected) in table {
            let text = language.text(Money(minor: minor, currency: currency))
            #expect(text.replacing("\u{A0}", with: " ") == expected)
            #expect(!text.contains(" "))
        }
    }

    @Test("of an order's id it shows what is no person's own, on one line")
    func discretion() {
        let table: [(String, String)] = [
            ("A-5", "A-5"), ("phone:998901234567", "phone:998901234567"), ("1795219200000", "1795219200000"),
            ("ivan@example.com", "•••"), ("user:ivan.petrov@example.com/1", "user:•••/1"), ("@shop", "@shop"),
            ("8600123412341238", "8600123412341238"), ("4111111111111111", "•••"),
            ("card 4111 1111 1111 1111!", "card •••!"),
            ("4111-1111-1111-1111", "•••"), ("4111111111111112", "4111111111111112"), ("378282246310005", "•••"),
            ("7111111111111111", "7111111111111111"), ("41111111111111111111", "41111111111111111111"),
            ("A\nPaid: 1", "A Paid: 1"), ("A\u{202E}B\u{200B}C\u{0}", "A B C "), ("<b>", "<b>"),
        ]
        for (id, expected) in table { #expect(TelegramDiscretion.shown(id) == expected, "\(id)") }
        #expect(TelegramDiscretion.shown(String(repeating: "a", count: 200)).utf16.count == 200)
        #expect(
            TelegramDiscretion.shown(String(repeating: "a", count: 201)) == String(repeating: "a", count: 199) + "…")
    }

    @Test("every change and every reason of the specification has its words in every language")
    func complete() throws {
        let texts = try TelegramTexts()
        for change in TransactionChange.allCases { #expect(texts.has("head.\(change.rawValue)")) }
        for reason in try Specifications.load().transaction.reasons { #expect(texts.has("reason.\(reason.name)")) }
        for key in ["test", "order", "through", "paid_in_all", "duplicate", "reason", "reason.other", "late"] {
            #expect(texts.has(key))
        }
    }

    @Test("a file that lacks a language, has another one, or other placeholders is refused")
    func flaws() throws {
        func flaw(_ json: String) -> String {
            do {
                _ = try TelegramTexts(Array(json.utf8))
                return "taken"
            } catch { return "\(error)" }
        }
        #expect(flaw(#"{"a":{"en":"{x}","ru":"{x}","uz":"a {x}","pt":"{x} b"}}"#) == "taken")
        #expect(flaw("[]") == "not an object")
        #expect(flaw(#"{"a":{"en":"b","ru":"b","uz":"b"}}"#).contains("in every language"))
        #expect(flaw(#"{"a":{"en":"b","ru":"b","uz":"b","pt":"b","de":"b"}}"#).contains("in every language"))
        #expect(flaw(#"{"a":{"en":"b","ru":"b","uz":"b","de":"b"}}"#) == "a.pt is no text")
        #expect(flaw(#"{"a":{"en":"b","ru":"b","uz":"","pt":"b"}}"#) == "a.uz is no text")
        #expect(flaw(#"{"a":{"en":"{x}","ru":"{x}","uz":"{y}","pt":"{x}"}}"#).contains("other placeholders"))
        #expect(flaw(#"{"a":{"en":"{x}{x}","ru":"{x}","uz":"{x}","pt":"{x}"}}"#).contains("other placeholders"))
    }

    @Test("what is put into a sentence is not taken for a placeholder")
    func placeholders() throws {
        let texts = try TelegramTexts()
        #expect(texts.text("through", .en, ["gateway": "{id}", "id": "7"]) == "{id}, transaction 7")
    }
}
