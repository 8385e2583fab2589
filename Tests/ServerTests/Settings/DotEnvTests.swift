import Payme
import Testing

@testable import Server

@Suite("A line of .env")
struct DotEnvTests {
    /// The line, and what PAYME_KEY is then.
    private static let table = #"""
        PAYME_KEY=a#b$c&d?e@f%g^h          | a#b$c&d?e@f%g^h
        PAYME_KEY = spaces-around          | spaces-around
        PAYME_KEY="double-quoted"          | double-quoted
        PAYME_KEY='single-quoted'          | single-quoted
        PAYME_KEY="it's-mixed"             | it's-mixed
        PAYME_KEY="open-only               | "open-only
        PAYME_KEY=close-only"              | close-only"
        PAYME_KEY=""two-pairs""            | "two-pairs"
        PAYME_KEY=a=b=c=d=e=f              | a=b=c=d=e=f
        PAYME_KEY=${NOT}$EXPANDED          | ${NOT}$EXPANDED
        PAYME_KEY=back\slash\n             | back\slash\n
        PAYME_KEY=first-one2               | first-one2
        """#

    @Test("names a setting and gives its value as it is, but for one pair of quotes")
    func values() throws {
        for row in rows(Self.table) {
            let folder = try SettingsFolder(env: "# a comment\n\n\(row[0])\n  # another\nPAYME_LOGIN=Shop\n")
            #expect(try folder.settings().payme?.key == row[1], "\(row[0])")
            #expect(try folder.settings().payme?.login == "Shop", "\(row[0])")
        }
    }

    @Test("ends as lines end on any system", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) throws {
        let lines = ["PAYME_KEY=12345678", "PAYME_LOGIN='Shop'", "", "PAYME_KYE=1"]
        let folder = try SettingsFolder(env: lines.dropLast(2).joined(separator: end) + end)
        #expect(try folder.settings().payme?.key == "12345678")
        #expect(try folder.settings().payme?.login == "Shop")
        #expect(
            try SettingsFolder(env: lines.joined(separator: end)).complaint()
                == ".env:4: PAYME_KYE is no setting of tiyin: correct the name or remove it "
                + "(`tiyin config check` lists them all)")
    }

    @Test("that comes again overrules the one before")
    func twice() throws {
        let folder = try SettingsFolder(env: "PAYME_KEY=first-one\nPAYME_KEY=second-one\n")
        #expect(try folder.settings().payme?.key == "second-one")
    }
}
