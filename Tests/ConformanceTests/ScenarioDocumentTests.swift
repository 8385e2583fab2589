import Specification
import Testing

@testable import Conformance

@Suite("Reading scenarios")
struct ScenarioDocumentTests {
    @Test("the document of this repository is consistent")
    func loads() throws {
        let document = try ScenarioDocument.load(gateway: "payme")
        #expect(document.scenarios.count > 100)
        #expect(!document.blindspots.isEmpty)
        #expect(Set(document.scenarios.map(\.group)).count == 9)
    }

    @Test("a gateway without scenarios is refused in a sentence")
    func unknownGateway() {
        #expect { try ScenarioDocument.load(gateway: "pledg") } throws: { error in
            "\(error)" == "There are no scenarios for pledg; there are for payme, click, pix, yookassa."
        }
    }

    @Test("the document that the refusals below are made from is read")
    func base() throws {
        let document = try ScenarioDocument(yaml: Array(Self.base.utf8), name: "test.yaml", dialect: rpc())
        #expect(document.scenarios.map(\.id) == ["first-one", "second-one"])
        #expect(document.scenarios[0].steps.count == 3)
        #expect(document.scenarios[0].orders == OrderNeed(count: 1, areUsedUp: false, amount: nil))
        #expect(document.scenarios[1].kinds == [.oneTime])
    }

    /// What is replaced, by what, and the refusal with its line.
    struct Mistake: Sendable, CustomTestStringConvertible {
        let old: String
        let new: String
        let refusal: String

        init(_ old: String, _ new: String, _ refusal: String) {
            self.old = old
            self.new = new
            self.refusal = refusal
        }

        var testDescription: String { refusal }
    }

    @Test(
        "a document that contradicts itself is refused, with the line",
        arguments: [
            Mistake("gateway: payme", "gateway: payme\ncolour: red", "2: the document has an unknown key `colour`"),
            Mistake("title: First", "titel: First", "16: a scenario lacks `title`"),
            Mistake("title: First", "title: First\n    extra: 1", "19: a scenario has an unknown key `extra`"),
            Mistake("id: second-one", "id: first-one", "28: the scenario first-one is there twice"),
            Mistake("id: second-one", "id: Second_One", "28: the id Second_One is not in kebab-case"),
            Mistake("group: shape", "group: shapes", "29: `group` must be one of sandbox-1, shape, not"),
            Mistake("kinds: [one_time]", "kinds: [onetime]", "34: `kinds` must be one of one_time, cumulative"),
            Mistake("kinds: [one_time]", "kinds: []", "34: `kinds` is empty"),
            Mistake("source: [{docs: \"1\"}]", "source: [{book: \"1\"}]", "21: there is no source book"),
            Mistake("source: [{docs: \"1\"}]", "source: []", "21: `source` is empty"),
            Mistake("orders: {payable: 1}", "orders: {payable: 1, used: 1}", "22: `orders` needs either `payable` or"),
            Mistake("orders: {payable: 1}\n", "\n", "24: {account} needs 1 orders; the scenario asks for 0"),
            Mistake("call: CheckTransaction,", "cal: CheckTransaction,", "25: a step is one of call, message, raw"),
            Mistake("call: CheckTransaction,", "call: CheckIt,", "25: `methods` has no CheckIt"),
            Mistake("tx: a,", "tx: a, retries: 3,", "25: a step has an unknown key `retries`"),
            Mistake("tx: a,", "auth: none,", "25: `auth` must be one of valid, missing, wrong_key"),
            Mistake("tx: a,", "when: paid,", "25: no step before sets paid"),
            Mistake("tx: a,", "unless: paid,", "25: no step before sets paid"),
            Mistake("tx: a,", "same_as: before,", "25: no step before has the label before"),
            Mistake("tx: a,", "label: created,", "25: the label created is given twice"),
            Mistake("tx: a,", "repeat: 99,", "25: `repeat` and `parallel` must be from 2 to 16"),
            Mistake("tx: a,", "parallel: 8,", "25: `parallel` needs `transactions: same` or `distinct`"),
            Mistake("tx: a,", "exactly: 1,", "25: `exactly` and `others` belong together"),
            Mistake("tx: a,", "without: [amount],", "25: CheckTransaction has no parameter amount to leave out"),
            Mistake("tx: a,", "save: {now: result.x},", "25: {now} already has a meaning"),
            Mistake("tx: a,", "save: {x: answer},", "25: `save` takes a path such as result.create_time"),
            Mistake("tx: a,", "with: {id: \"{number}\"},", "25: {number} is not defined; nothing before this step"),
            Mistake("tx: a,", "with: {id: \"{amount+x}\"},", "25: {amount+x} is not a name with +, - or *"),
            Mistake("tx: a,", "with: {id: \"{amount:b}\"},", "25: {amount} takes no argument"),
            Mistake("tx: a,", "with: {id: \"{json:nope}\"},", "25: {json:nope} is no JSON"),
            Mistake("pause: 10", "pause: 0", "26: `pause` must be from 1 to 60000 milliseconds"),
            Mistake("expect: created", "expect: creatd", "24: there is no answer creatd"),
            Mistake("error: TransactionNotFound", "error: NotFound", "25: there is no error NotFound in payme.openrpc"),
            Mistake("error: TransactionNotFound", "data: x", "25: an expectation is one of result, error, statement"),
            Mistake("{state: 1}", "{state: {as: one}}", "13: there is no matcher one"),
            Mistake("{state: 1}", "{state: {is: number, near: 1}}", "13: a matcher has an unknown key `near`"),
            Mistake("{state: 1}", "{state: {is: word}}", "13: `is` must be one of text, integer, number"),
            Mistake("{state: 1}", "{state: {near_now: soon}}", "13: `near_now` must be a duration such as 1h"),
            Mistake("lowest: OrderBusy", "lowest: Busy", "7: there is no error Busy in payme.openrpc"),
            Mistake(
                "lowest: OrderBusy, highest: OrderNotFound", "lowest: OrderNotFound, highest: OrderBusy",
                "7: the range account is empty"),
            Mistake(
                "  CheckTransaction: {id", "  LookAtTransaction: {id",
                "10: there is no method LookAtTransaction in"),
            Mistake("{raw: \"{rpc_id}\"", "{raw: \"{bytes:abc}\"", "37: {bytes:abc} is not an even number"),
            Mistake("{raw: \"{rpc_id}\"", "{raw: \"{repeat:9}\"", "37: {repeat:9} is not {repeat:COUNT:TEXT}"),
            Mistake(
                "{raw: \"{rpc_id}\"", "{raw: \"{repeat:9999999:[}\"",
                "37: {repeat:9999999:[} is longer than 4 MiB"),
            Mistake("times: {b: \"{now-1h}\"}", "times: {b: \"{amount}\"}", "35: a time is {now} and an offset"),
        ])
    func refuses(mistake: Mistake) throws {
        try #require(Self.base.contains(mistake.old), "the mistake does not apply")
        let yaml = Self.base.replacing(mistake.old, with: mistake.new, maxReplacements: 1)
        #expect { try ScenarioDocument(yaml: Array(yaml.utf8), name: "test.yaml", dialect: rpc()) } throws: { error in
            "\(error)".hasPrefix("test.yaml:\(mistake.refusal)")
        }
    }

    private func rpc() throws -> RPCDialect { RPCDialect(try Specifications.load().payme) }

    private static let base = """
        gateway: payme
        groups: {sandbox-1: {title: One, own: true}, shape: {title: Two}}
        sources:
          docs: {title: "The docs", url: "https://docs.example/"}

        ranges:
          account: {lowest: OrderBusy, highest: OrderNotFound}
        methods:
          CreateTransaction: {id: "{id}", time: "{time}", amount: "{amount}", account: "{account}"}
          CheckTransaction: {id: "{id}"}

        answers:
          created: {result: {state: 1}}

        scenarios:
          - id: first-one
            group: sandbox-1
            title: First
            why: Because.
            rule: It works.
            source: [{docs: "1"}]
            orders: {payable: 1}
            steps:
              - {call: CreateTransaction, label: created, expect: created}
              - {call: CheckTransaction, tx: a, expect: {error: TransactionNotFound, or: [{error: account, note: "Hm."}]}}
              - {pause: 10}

          - id: second-one
            group: shape
            title: Second
            why: Because.
            rule: It works.
            source: [{docs: "2"}]
            kinds: [one_time]
            times: {b: "{now-1h}"}
            steps:
              - {raw: "{rpc_id}", expect: {answer: any}}
        """
}
