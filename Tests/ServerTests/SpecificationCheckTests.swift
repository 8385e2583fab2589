import Foundation
import Specification
import Testing

@testable import Server

@Suite("transaction.yaml and the state machine")
struct SpecificationCheckTests {
    private static func document() throws -> String {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return try String(contentsOf: root.appendingPathComponent("spec/transaction.yaml"), encoding: .utf8)
    }

    private func complaint(_ yaml: String) -> String {
        do {
            try SpecificationCheck.run(TransactionSpecification(yaml: Array(yaml.utf8)))
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test("agree")
    func agree() throws {
        #expect(complaint(try Self.document()) == "none")
        try SpecificationCheck.run(Specifications.load().transaction)
    }

    /// What is changed in the document, into what, and what is said then.
    private static let table = [
        ("number: 2}", "number: 3}", "do not have the same states"),
        ("  - {from: created, to: cancelled, event: expire}\n", "", "disagree about expire in created"),
        (
            "  - {from: performed, to: cancelledAfterPerform, event: cancel}\n", "",
            "disagree about cancel in performed"
        ),
        (
            "{from: performed, to: cancelledAfterPerform, event: refund}",
            "{from: created, to: cancelled, event: refund}", "disagree about refund in created"
        ),
        ("{from: created, to: performed, event: perform}", "{from: created, to: cancelled, event: perform}", ""),
    ]

    @Test("are not used if they disagree", arguments: table)
    func disagree(old: String, new: String, problem: String) throws {
        let document = try Self.document()
        let changed = document.replacing(old, with: new)
        #expect(changed != document)
        let complaint = complaint(changed)
        #expect(complaint != "none")
        // The reader itself refuses a state that nothing leads to.
        if !problem.isEmpty { #expect(complaint == "transaction.yaml and the program \(problem)") }
    }
}
