import Click
import TestSupport
import Testing

/// Source: click.md 2 (no idempotency key: on a lost answer do not repeat, ask).
@Suite("An answer of Click's that stalls")
struct StalledAnswerTests {
    @Test(
        "is not waited for for ever, whether its head is missing or its body", .timeLimit(.minutes(1)),
        arguments: [true, false])
    func stalled(hasHead: Bool) async throws {
        let receiver = try await HTTPReceiver { _ in hasHead ? .unfinished(200) : .held }
        let configuration = ClickConfiguration(
            serviceID: 1, secretKey: "s", merchantUserID: 2, apiURL: receiver.url)
        let client = try #require(
            ClickClient(configuration, clock: ManualClock().source, deadlineSeconds: 1))
        let error = await #expect(throws: ClickAPIError.self) { try await client.reverse(paymentID: 3) }
        #expect(error?.isUnknown == true)
        #expect(receiver.requests.count == 1)
        receiver.release()
        await receiver.stop()
    }
}
