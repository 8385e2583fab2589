import Testing

@testable import Delivery

@Suite("Limits on sending")
struct SendingLimitTests {
    @Test("one a second: the next as soon as the second is over, and not a millisecond before")
    func second() {
        var history = SendingHistory([SendingLimit(1, inMilliseconds: 1_000)])
        #expect(history.room(at: 0) == 1 && history.opens(at: 0) == nil)
        history.note(1, at: 0)
        #expect(history.room(at: 999) == 0 && history.opens(at: 999) == 1_000)
        #expect(history.room(at: 1_000) == 1 && history.opens(at: 1_000) == nil)
    }

    @Test("both hold: one a second, three in ten; in no stretch of ten seconds are there four")
    func both() {
        var history = SendingHistory([SendingLimit(1, inMilliseconds: 1_000), SendingLimit(3, inMilliseconds: 10_000)])
        var sent: [Int64] = []
        for now in stride(from: Int64(0), through: 60_000, by: 50) where history.room(at: now) ?? 9 > 0 {
            #expect(history.opens(at: now) == nil)
            history.note(1, at: now)
            sent.append(now)
        }
        #expect(sent.prefix(4) == [0, 1_000, 2_000, 10_000])
        for (index, time) in sent.enumerated() {
            if index > 0 { #expect(time - sent[index - 1] >= 1_000) }
            if index > 2 { #expect(time - sent[index - 3] >= 10_000) }
        }
        #expect(sent.count == 19)
    }

    @Test("more than there was room for keeps it closed until enough of them are out of sight")
    func surplus() {
        var history = SendingHistory([SendingLimit(2, inMilliseconds: 1_000)])
        history.note(1, at: 0)
        history.note(3, at: 10)
        #expect(history.room(at: 20) == 0 && history.opens(at: 20) == 1_010)
        #expect(history.room(at: 1_010) == 2)
    }

    @Test("without limits there is always room, and nothing is remembered")
    func none() {
        var history = SendingHistory([])
        history.note(1_000, at: 0)
        #expect(history.room(at: 0) == nil && history.opens(at: 0) == nil)
    }

    @Test("a clock that was set back makes nobody wait longer than the limit")
    func setBack() {
        var history = SendingHistory([SendingLimit(1, inMilliseconds: 1_000)])
        history.note(1, at: 86_400_000)
        history.notBeyond(5)
        #expect(history.opens(at: 5) == 1_005)
        #expect(history.room(at: 1_005) == 1)
    }
}
