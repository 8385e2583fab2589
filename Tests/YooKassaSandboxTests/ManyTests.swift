import StrictJSON
import Testing

@testable import Sandbox

@Suite("Many charges at the simulated YooKassa")
struct ManyTests {
    @Test("a thousand, each asked for twice and half of them failing at first, are a thousand debits")
    func counted() throws {
        var books = YooBooks([YooDesk.shop])
        func call(_ key: String, _ body: JSONValue) -> YooCall {
            YooCall(
                method: "POST", path: ["payments"],
                authorization: "Basic " + Base64.encode("\(YooDesk.shopID):\(YooDesk.secret)"), key: key,
                contentType: "application/json", body: body.serialized())
        }
        let first = books.answer(call("first", YooDesk.payment(["save_payment_method": true])), at: 0).1
        let method = try #require(first.body["id"]?.stringValue)
        _ = try books.pay(method, by: .card("5555555555554444"), isCodeRight: true, 1)
        for number in 0..<1_000 {
            let charge = call("k-\(number)", YooDesk.charge(method, tx: "tx-\(number)"))
            if number.isMultiple(of: 2) {
                books.faults[.createPayment] = [number.isMultiple(of: 4) ? .refused(500) : .failedAfter(500)]
            }
            _ = books.answer(charge, at: 2)
            let again = books.answer(charge, at: 3).1
            #expect(again.status == 200)
        }
        #expect(books.charges.count == 1_001)
        #expect(Set(books.charges.map(\.key)).count == 1_001)
        #expect(Set(books.payments.keys).count == 1_001)
    }

    @Test("what is due comes out in order, whatever the order in which it went in")
    func deadlines() {
        var deadlines = YooDeadlines()
        var times: [Int64] = []
        for number: Int64 in 0..<500 {
            let at = number * 7_919 % 251
            deadlines.add(.payment("\(at)-\(number)"), at: at)
            times.append(at)
        }
        var taken: [Int64] = []
        var names: [YooDeadlines.Subject] = []
        while let (subject, at) = deadlines.takeDue(200) {
            taken.append(at)
            names.append(subject)
        }
        #expect(taken == times.filter { $0 <= 200 }.sorted())
        // Of two at one time the one that went in first.
        #expect(names.prefix(2) == [.payment("0-0"), .payment("0-251")])
        #expect(deadlines.takeDue(200) == nil)
        #expect(deadlines.takeDue(201)?.at == 201)
    }
}
