import Payments
import Testing

@Suite("Comparison of secrets")
struct ConstantTimeTests {
    static let cases = """
        sent        secret      equal
        secret      secret      yes
        a           a           yes
        secret      secreT      no
        Secret      secret      no
        secre       secret      no
        secrets     secret      no
        ab          abab        no
        abab        ab          no
        aaaa        a           no
        """

    @Test("two secrets are equal when every byte and the length are", arguments: rows(cases))
    func compares(row: [String]) {
        #expect(ConstantTime.areEqual(Array(row[0].utf8), Array(row[1].utf8)) == (row[2] == "yes"))
    }

    @Test("an empty secret lets nobody in")
    func emptySecret() {
        #expect(!ConstantTime.areEqual([], []))
        #expect(!ConstantTime.areEqual([1], []))
        #expect(!ConstantTime.areEqual([], [1]))
    }

    @Test("lengths 256 apart are different lengths, and every single byte counts")
    func everyByte() {
        #expect(!ConstantTime.areEqual([UInt8](repeating: 7, count: 257), [7]))
        let secret = (0..<36).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
        for index in secret.indices {
            for bit in 0..<8 {
                var sent = secret
                sent[index] ^= 1 << bit
                #expect(!ConstantTime.areEqual(sent, secret))
            }
        }
    }
}
