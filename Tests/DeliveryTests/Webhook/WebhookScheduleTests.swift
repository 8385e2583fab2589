import Delivery
import TestSupport
import Testing

@Suite("The schedule of webhooks")
struct WebhookScheduleTests {
    private let schedule = WebhookSchedule.standard

    @Test("is the standard's: ten attempts in 75 h 35 min 5 s")
    func total() {
        #expect(schedule.attemptsMaximum == 10)
        #expect(schedule.totalMilliseconds == ((75 * 60 + 35) * 60 + 5) * 1_000)
    }

    @Test("waits up to a tenth longer than planned, never shorter, and gives up after the last attempt")
    func jitter() {
        var generator = SeededGenerator(seed: 5)
        for (index, planned) in schedule.delays.enumerated() {
            let found = (0..<200).compactMap { _ in schedule.delay(afterAttempts: Int64(index) + 1, using: &generator) }
            #expect(found.count == 200)
            #expect(found.allSatisfy { $0 >= planned && $0 <= planned + planned / 10 })
            #expect(Set(found).count > 20, "they do not come back together")
        }
        #expect(schedule.delay(afterAttempts: 10, using: &generator) == nil)
        #expect(schedule.delay(afterAttempts: .max, using: &generator) == nil)
    }

    @Test("takes nonsense for the first failure")
    func nonsense() throws {
        var generator = SeededGenerator(seed: 5)
        for attempts in [0, -1, Int64.min] {
            let delay = try #require(schedule.delay(afterAttempts: attempts, using: &generator))
            #expect((5_000...5_500).contains(delay))
        }
        #expect(WebhookSchedule(delays: []).delay(afterAttempts: 1, using: &generator) == nil)
        #expect(WebhookSchedule(delays: [0]).delay(afterAttempts: 1, using: &generator) == 0)
    }
}
