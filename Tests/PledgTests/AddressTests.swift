import Pledg
import Specification
import Testing

@Suite("An e-mail address")
struct AddressTests {
    private func read(_ text: String) throws -> String {
        try PledgAddress(text, try Specifications.load().pledg.limits).text
    }

    @Test(
        "is taken as it is written, its domain in small letters and ASCII",
        arguments: [
            ("ann@example.com", "ann@example.com"), ("  Ann+Tag@Example.COM\t", "Ann+Tag@example.com"),
            ("o'neil.x@mail.example.co.uk", "o'neil.x@mail.example.co.uk"),
            ("ann@bücher.de", "ann@xn--bcher-kva.de"), ("ann@ПРИМЕР.рф", "ann@xn--e1afmkfd.xn--p1ai"),
            ("ann@xn--bcher-kva.de", "ann@xn--bcher-kva.de"),
        ])
    func taken(raw: String, text: String) throws {
        #expect(try read(raw) == text)
    }

    @Test(
        "is refused when it is none, or would be more than an address in a header",
        arguments: [
            ("", PledgAddressError.empty), ("  ", .empty), ("ann", .at), ("a@b@c.de", .at),
            ("ann@example.com\r\nBcc: all@example.com", .characters), ("ann@example.com\n", .characters),
            ("a\u{0}nn@example.com", .characters), ("a nn@example.com", .characters),
            ("ann@exam\u{200b}ple.com", .characters), ("ann\u{2028}@example.com", .characters),
            ("ann\u{85}@example.com", .characters), ("ann\u{a0}@example.com", .characters),
            ("@example.com", .local), (".ann@example.com", .local), ("an..n@example.com", .local),
            ("\"ann\"@example.com", .local), ("ann<x>@example.com", .local), ("änn@example.com", .local),
            ("ann,bob@example.com", .local), ("ann@example", .domain), ("ann@", .domain), ("ann@.com", .domain),
            ("ann@example..com", .domain), ("ann@-example.com", .domain), ("ann@exa_mple.com", .domain),
            ("ann@[127.0.0.1]", .domain), ("ann@127.0.0.1", .domain), ("ann@bü/cher.de", .domain),
            ("ann@bücher.de:25", .domain), ("ann@bücher.de?x", .domain), ("ann@b%C3%BCcher.de", .domain),
        ])
    func refused(raw: String, error: PledgAddressError) throws {
        #expect(throws: error) { try read(raw) }
        #expect(!"\(error)".contains("ann"))
    }

    @Test("has at most 64 characters before the @ and 254 in all")
    func lengths() throws {
        let local = String(repeating: "a", count: 64)
        _ = try read(local + "@example.com")
        #expect(throws: PledgAddressError.local) { try read(local + "a@example.com") }
        let label = String(repeating: "b", count: 61)
        // 64 + 1 + 3 * 62 + 3 = 254
        let longest = "\(local)@\(label).\(label).\(label).\(String(repeating: "c", count: 3))"
        #expect(longest.utf8.count == 254)
        _ = try read(longest)
        #expect(throws: PledgAddressError.length(254)) { try read(longest + "c") }
    }

    @Test("is the same in capital letters, keeps its tag, and does not show itself")
    func comparison() throws {
        let limits = try Specifications.load().pledg.limits
        let one = try PledgAddress("Ann@Example.com", limits)
        #expect(one.key == (try PledgAddress("ann@example.COM", limits)).key)
        #expect(one.key != (try PledgAddress("ann+b@example.com", limits)).key)
        #expect(one.masked == "A…@example.com")
        #expect("\(one)" == "A…@example.com")
    }
}
