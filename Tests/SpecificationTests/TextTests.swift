import Specification
import Testing

@Suite("Every text a payer may read")
struct TextTests {
    @Test("is in its language's letters, once, and ends like a sentence")
    func letters() throws {
        let specifications = try Specifications.load()
        let texts = specifications.payme.errors.map(\.text) + specifications.transaction.reasons.map(\.text)
        #expect(texts.count > 20)
        for text in texts {
            // Names stay as they are in any language.
            let names = ["JSON", "POST"]
            let russian = names.reduce(text.ru) { $0.replacing($1, with: "") }
            #expect(russian.unicodeScalars.allSatisfy { !$0.isLatinLetter }, "\(text.ru)")
            #expect(russian.unicodeScalars.contains { $0.isCyrillicLetter }, "\(text.ru)")
            for latin in [text.uz, text.en] {
                #expect(latin.unicodeScalars.allSatisfy { !$0.isCyrillicLetter }, "\(latin)")
            }
            #expect(Set([text.ru, text.uz, text.en]).count == 3)
            #expect([text.ru, text.uz, text.en].allSatisfy { $0.hasSuffix(".") && !$0.contains("  ") }, "\(text.en)")
        }
        #expect(Set(texts).count == texts.count, "two errors say the same")
    }

    /// oʻ and gʻ have U+02BB, the glottal stop is U+02BC; a quotation mark in their place is a misspelling.
    @Test("spells Uzbek with its own apostrophes")
    func apostrophes() throws {
        let specifications = try Specifications.load()
        let texts = specifications.payme.errors.map(\.text.uz) + specifications.transaction.reasons.map(\.text.uz)
        for text in texts {
            #expect(!text.contains { "'’‘`´ʹ".contains($0) }, "\(text)")
            var previous: Unicode.Scalar = " "
            for scalar in text.unicodeScalars {
                if scalar == "\u{02BB}" { #expect("oOgG".unicodeScalars.contains(previous), "\(text)") }
                if scalar == "\u{02BC}" { #expect("aeiou".unicodeScalars.contains(previous), "\(text)") }
                previous = scalar
            }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isLatinLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
    fileprivate var isCyrillicLetter: Bool { ("\u{0400}"..."\u{04FF}").contains(self) }
}
