import Specification
import Testing

@Suite("The life of a transaction")
struct TransactionSpecificationTests {
    @Test("is Payme's: four states, and no edge but 1→2, 1→-1, 2→-2")
    func edges() throws {
        let life = try Specifications.load().transaction
        #expect(life.states.map(\.number) == [1, 2, -1, -2])
        #expect(life.initial.number == 1)
        #expect(life.states.filter(\.isTerminal).map(\.number) == [-1, -2])
        let edges = life.edges.map { "\($0.event) \($0.from.number)→\($0.to.number)" }
        let expected = [
            "perform 1→2", "duplicate 1→2", "cancel 1→-1", "expire 1→-1", "cancel 2→-2", "refund 2→-2",
        ]
        #expect(edges == expected)
    }

    @Test("answers what an event does to a state")
    func steps() throws {
        let life = try Specifications.load().transaction
        let created = try #require(life.state(named: "created"))
        let performed = try #require(life.state(numbered: 2))
        #expect(life.state(after: "perform", in: created) == performed)
        #expect(life.state(after: "perform", in: performed) == nil)
        #expect(life.state(after: "cancel", in: performed)?.name == "cancelledAfterPerform")
        #expect(life.state(after: "expire", in: performed) == nil)
        #expect(life.state(numbered: 0) == nil)
    }

    @Test("has Payme's reasons, and its 12 hours end in the reason timeout")
    func reasons() throws {
        let life = try Specifications.load().transaction
        #expect(life.reasons.map(\.number) == [1, 2, 3, 4, 5, 10])
        #expect(life.reason(numbered: 5)?.name == "refund")
        #expect(life.reason(named: "unknown")?.number == 10)
        let deadline = try #require(life.deadlines["payme"])
        #expect(deadline.transactionTimeoutMilliseconds == 12 * 60 * 60 * 1000)
        #expect(deadline.reason.number == 4)
    }

    @Test("is refused where it contradicts itself", arguments: brokenLives)
    func refused(_ broken: Broken) throws {
        try broken.expectRefusal { yaml throws(SpecificationError) in
            _ = try TransactionSpecification(yaml: yaml, name: "test.yaml")
        }
    }
}

private let life = """
    initial: open
    states:
      - {name: open, number: 1}
      - {name: paid, number: 2}
      - {name: gone, number: -1, terminal: true}
    edges:
      - {from: open, to: paid, event: pay}
      - {from: open, to: gone, event: cancel}
      - {from: paid, to: gone, event: cancel}
    reasons:
      - {name: timeout, number: 4, text: {ru: Время, uz: Vaqt, en: Time}}
      - {name: refund, number: 5, text: {ru: Возврат, uz: Qaytarish, en: Refund}}
    deadlines:
      payme: {transaction_timeout_ms: 100, reason: timeout}
    """

private func broken(
    _ title: String, _ replace: String, _ with: String, at: Broken.Place, says: String
) -> Broken {
    Broken(title, in: life, replace, with, at: at, says: says)
}

private let brokenLives: [Broken] = [
    broken("an unknown initial state", "initial: open", "initial: new", at: "initial", says: "no state new"),
    broken(
        "an edge from nowhere", "from: open, to: paid", "from: new, to: paid", at: "from: new", says: "no state new"),
    broken("an edge to nowhere", "to: paid", "to: done", at: "to: done", says: "no state done"),
    broken("a number twice", "number: 2", "number: 1", at: "name: paid", says: "open and paid have one number, 1"),
    broken("a name twice", "name: paid", "name: open", at: .last("name: open"), says: "the state open is there twice"),
    broken(
        "an edge out of a terminal state", "from: paid", "from: gone", at: "from: gone", says: "terminal state gone"),
    broken(
        "an unreachable state", "from: open, to: paid, event: pay", "from: open, to: gone, event: pay",
        at: "name: paid",
        says: "leads to the state paid"),
    broken(
        "a dead end", "  - {from: paid, to: gone, event: cancel}\n", "", at: "name: paid", says: "no edge leaves"),
    broken(
        "two ways for one event", "event: pay}", "event: cancel}", at: .first("to: gone, event: cancel"),
        says: "two edges for the event cancel"),
    broken(
        "a reason twice", "name: refund", "name: timeout", at: .last("name: timeout"), says: "timeout is there twice"),
    broken("a reason's number twice", "number: 5", "number: 4", at: "name: refund", says: "have one number, 4"),
    broken("a text without English", ", en: Refund", "", at: "name: refund", says: "lacks `en`"),
    broken("an unknown reason", "reason: timeout", "reason: late", at: "reason: late", says: "no reason late"),
    broken("no deadline", "transaction_timeout_ms: 100", "transaction_timeout_ms: 0", at: "_ms: 0", says: "above 0 ms"),
    broken("a deadline in words", "_ms: 100", "_ms: 12h", at: "12h", says: "must be an integer"),
    broken("an unknown key", "deadlines:", "extra: 1\ndeadlines:", at: "extra", says: "unknown key `extra`"),
    broken("a state's unknown key", "terminal: true", "final: true", at: "final", says: "unknown key `final`"),
    broken("a number beyond 64 bits", "number: 2", "number: 99999999999999999999", at: "9999", says: "an integer"),
]
