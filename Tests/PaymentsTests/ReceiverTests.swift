import Payments
import Testing

@Suite("Receivers in a column")
struct ReceiverTests {
    private func receiver(_ id: String, _ amount: Int64) throws -> Receiver {
        try #require(Receiver(id: id, amount: amount))
    }

    @Test("what was written is read back")
    func roundTrip() throws {
        let lists: [[Receiver]] = [
            [], [try receiver("5305e3bab097f420a62ced0b", 200_000)],
            [try receiver("a", 1), try receiver("B-_9", .max), try receiver("a", 7)],
            [try receiver(String(repeating: "x", count: 64), 5)],
        ]
        for list in lists { #expect([Receiver](stored: list.stored) == list) }
        #expect([Receiver]().stored == nil)
        #expect(lists[1].stored == "5305e3bab097f420a62ced0b:200000")
        #expect(lists[2].stored == "a:1,B-_9:9223372036854775807,a:7")
    }

    @Test(
        "a column that nobody wrote is not guessed at",
        arguments: [
            "", ",", "a", "a:", ":5", "a:0", "a:-5", "a:5,", ",a:5", "a:5,,b:5", "a:5:6", "a:5;b:5", "a: 5", "a b:5",
            "a:5.0", "a:9223372036854775808", "ю:5",
        ]
    )
    func refusesText(text: String) {
        #expect([Receiver](stored: text) == nil)
    }

    @Test("an id that could break the column, or an amount of nothing, is refused")
    func refusesReceiver() {
        for id in ["", "a:b", "a,b", "a b", "a\"", "ю", String(repeating: "x", count: 65)] {
            #expect(Receiver(id: id, amount: 1) == nil)
        }
        #expect(Receiver(id: "a", amount: 0) == nil)
        #expect(Receiver(id: "a", amount: -1) == nil)
    }
}
