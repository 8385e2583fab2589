import Specification
import Testing

@Suite("The document of purchases that a group pays")
struct PledgSpecificationTests {
    static let document = """
        openapi: 3.1.0
        info: {}
        paths: {}
        x-states:
          draft: INITIALIZED
          collecting: INITIALIZED
          closing: INITIALIZED
          capturing: INITIALIZED
          succeeded: SUCCESSFULL
          failed: FAILED
        x-reasons: {abandoned: a, unpaid: a, cancelled: a, captureFailed: a, holdLost: a, refunded: a}
        x-limits:
          membersMaximum: 16
          amountMaximum: 100
          linesMaximum: 5
          quantityMaximum: 5
          textLength: 5
          urlLength: 5
          emailLength: 254
          emailLocalLength: 64
        x-minimum-shares: {RUB: 100}
        x-timers: {draft: 10, collecting: 100, closingPatience: 5, holdGuard: 6, holdMargin: 7}
        x-reminders: {reminder24: 50, reminder42: 80, reminder47: 90, summary24: 50}
        """

    @Test("has the times and the words of the fact sheet")
    func real() throws {
        let specifications = try Specifications.load()
        let pledg = specifications.pledg
        #expect(pledg.timers.collecting == 172_800_000)
        #expect(pledg.timers.draft == Int64(172_800_000))
        #expect(pledg.reminders[.reminder47] == Int64(169_200_000))
        #expect(pledg.state(.closing) == .initialized)
        #expect(pledg.state(.succeeded).rawValue == "SUCCESSFULL")
        #expect(pledg.minimumShare("RUB") == 100)
        #expect(pledg.minimumShare("JPY") == 1)
        for name in pledg.reasons.values { #expect(specifications.transaction.reason(named: name) != nil) }
    }

    @Test(
        "is refused when it contradicts itself",
        arguments: [
            ("closing: INITIALIZED", "closing: FAILED", "cannot be told as FAILED"),
            ("succeeded: SUCCESSFULL", "succeeded: SUCCESSFUL", "must be one of"),
            ("unpaid: a, ", "", "lacks `unpaid`"),
            ("membersMaximum: 16", "membersMaximum: 1", "two members"),
            ("emailLocalLength: 64", "emailLocalLength: 254", "shorter than the address"),
            ("RUB: 100", "RUB: 0", "above 0"),
            ("holdMargin: 7", "holdMargin: 6", "outlast"),
            ("reminder47: 90", "reminder47: 100", "not before the end"),
            ("reminder42: 80", "reminder42: 50", "one after the other"),
            ("summary24: 50", "summary24: 50, summary30: 60", "unknown key"),
        ])
    func contradiction(from: String, to: String, words: String) throws {
        _ = try PledgSpecification(yaml: Array(Self.document.utf8))
        let broken = Self.document.replacing(from, with: to, maxReplacements: 1)
        #expect(broken != Self.document)
        let error = #expect(throws: SpecificationError.self) { try PledgSpecification(yaml: Array(broken.utf8)) }
        #expect("\(try #require(error))".contains(words), "\(String(describing: error))")
    }
}
