import Pix
import TestSupport
import Testing

@Suite("Txids and locations")
struct TxidTests {
    @Test("each use has its own length")
    func lengths() {
        func text(_ count: Int) -> String { String(repeating: "a", count: count) }
        for count in 0...40 {
            #expect((PixTxid(text(count)) != nil) == (1...35).contains(count))
            #expect((PixTxid(staticCode: text(count)) != nil) == (1...25).contains(count))
            #expect((PixTxid(charge: text(count)) != nil) == (26...35).contains(count))
        }
    }

    @Test("only letters and digits of ASCII", arguments: ["a-b", "a b", "***", "é", "a_b", "١", "a\u{301}", "a\n"])
    func characters(text: String) {
        #expect(PixTxid(text) == nil)
        #expect(PixTxid(staticCode: text) == nil)
        #expect(PixTxid(charge: text + String(repeating: "a", count: 28)) == nil)
    }

    @Test("a UUID is a charge's txid without its hyphens only")
    func uuid() {
        #expect(PixTxid(charge: "123e4567e12b12d1a456426655440000") != nil)
        #expect(PixTxid(charge: "123e4567-e12b-12d1-a456-42665544000") == nil)
    }

    @Test("new ones are valid, and differ")
    func fresh() {
        var random = SeededGenerator(seed: 1)
        let charges = (0..<1000).map { _ in PixTxid.newForCharge(using: &random) }
        #expect(charges.allSatisfy { PixTxid(charge: $0.text) == $0 && !$0.fitsStaticCode })
        let codes = (0..<1000).map { _ in PixTxid.newForStaticCode(using: &random) }
        #expect(codes.allSatisfy { PixTxid(staticCode: $0.text) == $0 && $0.fitsStaticCode })
        #expect(Set(charges + codes).count == 2000)
    }

    @Test(
        "what a location may be",
        arguments: [
            ("a.b/c", true), ("pix.example.com/qr/v2/cobv/x-Y_z~1", true), ("pix.example.com", false), ("a.b/", false),
            ("localhost/x", false), ("a..b/c", false), ("-a.b/c", false), ("a.b:443/c", false), ("u@a.b/c", false),
            ("https://a.b/c", false), ("a.b/c?d", false), ("a.b/c d", false), ("a.b/é", false), ("", false),
            ("/", false),
            ("a.b/" + String(repeating: "c", count: 73), true), ("a.b/" + String(repeating: "c", count: 74), false),
        ])
    func locations(text: String, isOne: Bool) {
        #expect((PixLocation(text) != nil) == isOne)
        #expect(PixLocation(text)?.isDueDateCharge ?? false == text.contains("/cobv/"))
    }
}
