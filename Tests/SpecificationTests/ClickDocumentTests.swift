import Foundation
import Specification
import Testing

@Suite("click.openapi.yaml")
struct ClickDocumentTests {
    let click: ClickSpecification

    init() throws {
        click = try Specifications.load().click
    }

    @Test("has the protocol's codes, each under the names that code uses")
    func codes() {
        #expect(
            Dictionary(uniqueKeysWithValues: click.answers.map { ($0.name, $0.code) }) == [
                "Success": 0, "SignCheckFailed": -1, "IncorrectAmount": -2, "ActionNotFound": -3, "AlreadyPaid": -4,
                "OrderNotFound": -5, "OrderUnavailable": -5, "TransactionNotFound": -6, "UpdateFailed": -7,
                "BadRequest": -8, "Cancelled": -9,
            ])
        #expect(click.answer(named: "SignCheckFailed")?.note == "SIGN CHECK FAILED!")
        #expect(click.answer(named: "Nothing") == nil)
    }

    @Test("has the fields of the form; only the prepare id may be missing")
    func fields() {
        #expect(
            click.fields.map { "\($0.name) \($0.kind.rawValue)" } == [
                "click_trans_id integer", "service_id integer", "click_paydoc_id integer", "merchant_trans_id text",
                "merchant_prepare_id integer", "amount text", "action integer", "error integer", "error_note text",
                "sign_time moment", "sign_string text",
            ])
        #expect(click.fields.filter { !$0.isRequired }.map(\.name) == ["merchant_prepare_id"])
    }

    @Test("signs Complete like Prepare, with the prepare id in its place")
    func signatures() {
        func names(_ parts: [ClickSpecification.SignaturePart]) -> [String] {
            parts.map {
                switch $0 {
                case .field(let name): name
                case .secret: "SECRET"
                case .params: "params"
                }
            }
        }
        let prepare = [
            "click_trans_id", "service_id", "SECRET", "merchant_trans_id", "amount", "action", "sign_time",
        ]
        #expect(names(click.prepareSignature) == prepare)
        #expect(names(click.completeSignature).filter { $0 != "merchant_prepare_id" } == prepare)
        #expect(names(click.completeSignature)[4] == "merchant_prepare_id")
        #expect(
            names(click.advancedSignature) == [
                "click_paydoc_id", "attempt_trans_id", "service_id", "SECRET", "params", "action", "sign_time",
            ])
    }

    @Test("numbers the actions of its two contracts, and what Check says")
    func numbers() {
        #expect(click.shopActions == ["prepare": 0, "complete": 1])
        #expect(
            click.advancedActions == ["getinfo": 0, "prepare": 1, "complete": 2, "check": 3, "compare": 4])
        #expect(click.checkStatuses == ["waiting": 0, "failed": 1, "done": 2])
        #expect(click.suiteCancel == -5017)
    }

    @Test("is refused at the line when it contradicts itself", arguments: brokenDocuments)
    func refusals(_ broken: Broken) throws {
        try broken.expectRefusal { yaml throws(SpecificationError) in
            _ = try ClickSpecification(yaml: yaml, name: "test.yaml")
        }
    }
}

private let document: String = {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    return (try? String(contentsOf: root.appendingPathComponent("spec/click.openapi.yaml"), encoding: .utf8)) ?? ""
}()

private func broken(_ title: String, _ replace: String, _ with: String, at: Broken.Place, says: String) -> Broken {
    Broken(title, in: document, replace, with, at: at, says: says)
}

private let brokenDocuments: [Broken] = [
    broken("a misspelt key", "x-errors:", "x-erors:", at: "openapi:", says: "lacks `x-errors`"),
    broken("an unknown key", "x-actions:", "x-more: 1\nx-actions:", at: "x-more", says: "unknown key `x-more`"),
    broken(
        "a field to sign that there is none of", "    - merchant_prepare_id\n", "    - merchant_prepar_id\n",
        at: "- merchant_prepar_id", says: "no field merchant_prepar_id to sign"),
    broken(
        "a signature that anybody could make",
        "    - click_trans_id\n    - service_id\n    - SECRET_KEY\n    - merchant_trans_id\n    - amount",
        "    - click_trans_id\n    - service_id\n    - merchant_trans_id\n    - amount", at: .first("- click_trans_id"),
        says: "needs SECRET_KEY"),
    broken(
        "params in a form's signature", "    - merchant_prepare_id\n", "    - params\n", at: "- params",
        says: "no field params to sign"),
    broken("two actions of one number", "complete: 1}", "complete: 0}", at: "complete: 0", says: "the number 0 twice"),
    broken("a missing action", "check: 3, ", "", at: "advanced: {getinfo", says: "lacks `check`"),
    broken(
        "a cancel that is none", "x-suite-cancel: -5017", "x-suite-cancel: 0", at: "x-suite-cancel", says: "below 0"),
    broken(
        "two successes", "{code: -9, note: Transaction cancelled}", "{code: 0, note: Transaction cancelled}",
        at: "Transaction cancelled", says: "Success is the success already"),
    broken("no success", "{code: 0, note: Success}", "{code: -10, note: Success}", at: "Success:", says: "the code 0"),
    broken("a code above 0", "{code: -3,", "{code: 3,", at: "{code: 3", says: "0 or below"),
    broken(
        "a required field that is not there", "        - sign_string\n", "        - sing\n", at: "- sing",
        says: "no field sing"),
    broken(
        "a type nobody knows", "          x-type: text\n          minLength: 1\n          maxLength: 255",
        "          x-type: words\n          minLength: 1\n          maxLength: 255",
        at: "x-type: words", says: "integer, text"),
    broken(
        "a length that cannot be", "maxLength: 255", "maxLength: 0", at: "merchant_trans_id:",
        says: "no possible length"),
]
