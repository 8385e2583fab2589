import Delivery
import Testing

@Suite("Backoff")
struct BackoffTests {
    @Test("each failure waits longer, the last delay repeats")
    func delays() {
        let backoff = Backoff(delays: [200, 1_000, 5_000])
        let found = [Int64.min, -1, 0, 1, 2, 3, 4, 1_000, .max].map { backoff.delay(afterAttempts: $0) }
        #expect(found == [200, 200, 200, 200, 1_000, 5_000, 5_000, 5_000, 5_000])
    }

    @Test("a shop's own code is tried again soon, and every minute in the end")
    func hooks() {
        let found = (Int64(1)...7).map { Backoff.hooks.delay(afterAttempts: $0) }
        #expect(found == [200, 1_000, 5_000, 15_000, 60_000, 60_000, 60_000])
    }
}
