import Delivery
import Foundation
import TestSupport
import Testing

@Suite("A call of ours")
struct OutboundLimitTests {
    private static let brief = OutboundLimits(deadlineSeconds: 1, bodyBytesMaximum: 1_000, keepsBody: false)
    private static let keeping = OutboundLimits(deadlineSeconds: 1, bodyBytesMaximum: 1_000, keepsBody: true)

    @Test("ends at its deadline if nobody answers")
    func silence() async throws {
        try await HTTPReceiver.with(.held) { receiver in
            let start = ContinuousClock.now
            let failure = try await OutboundCall(limits: Self.brief).failure(receiver.url)
            #expect(failure == .timedOut(seconds: 1))
            #expect(ContinuousClock.now - start < .seconds(60))
        }
    }

    @Test("ends at its deadline if the name is looked up for ever")
    func slowName() async throws {
        let gate = AsyncStream.makeStream(of: Void.self)
        let resolver = AddressResolver { _ in
            for await _ in gate.stream {}
            return []
        }
        let call = OutboundCall(limits: Self.brief, resolver: resolver)
        let failure = try await call.failure("https://shop.test/", allowsPrivate: false)
        #expect(failure == .timedOut(seconds: 1))
        gate.continuation.finish()
    }

    @Test("has its status even if the body does not end, unless the body is wanted")
    func unfinished() async throws {
        try await HTTPReceiver.with(.unfinished(200)) { receiver in
            let patient = OutboundLimits(deadlineSeconds: 120, bodyBytesMaximum: 1_000, keepsBody: false)
            let start = ContinuousClock.now
            let status = try await OutboundCall(limits: patient).post(to: receiver.url).status
            #expect(status == 200)
            #expect(ContinuousClock.now - start < .seconds(15))
            let failure = try await OutboundCall(limits: Self.keeping).failure(receiver.url)
            #expect(failure == .timedOut(seconds: 1))
        }
    }

    @Test("reads no more than it may", arguments: [(1_000, true), (1_001, false), (1 << 20, false)])
    func long(count: Int, isKept: Bool) async throws {
        try await HTTPReceiver.with(.answer(200, body: Array(repeating: 0x61, count: count))) {
            receiver in
            var limits = OutboundLimits(deadlineSeconds: 20, bodyBytesMaximum: 1_000, keepsBody: false)
            let answer = try await OutboundCall(limits: limits).post(to: receiver.url)
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
            limits = OutboundLimits(deadlineSeconds: 20, bodyBytesMaximum: 1_000, keepsBody: true)
            let call = OutboundCall(limits: limits)
            if isKept {
                let length = try await call.post(to: receiver.url).body.count
                #expect(length == count)
            } else {
                let failure = try await call.failure(receiver.url)
                #expect(failure == .answerTooLong)
            }
        }
    }

    @Test("fails if nobody is there, or what is there speaks no HTTP")
    func broken() async throws {
        for reaction in [HTTPReceiver.Reaction.hangUp, .noise] {
            try await HTTPReceiver.with(reaction) { receiver in
                let failure = try await OutboundCall().failure(receiver.url)
                #expect(failure == .broken)
                #expect(receiver.requests.count == 1, "it is sent once")
            }
        }
        let gone = try await HTTPReceiver()
        await gone.stop()
        let failure = try await OutboundCall().failure(gone.url)
        #expect(failure == .notConnected)
    }

    @Test("shares one receiver with 63 others at once")
    func crowd() async throws {
        try await HTTPReceiver.with(.held) { receiver in
            let target = try OutboundTarget(receiver.url, allowsPrivate: true)
            let limits = OutboundLimits(deadlineSeconds: 60, bodyBytesMaximum: 1_000, keepsBody: false)
            try await OutboundCall(limits: limits).with { client in
                let calls = (0..<64).map { _ in
                    Task { try await client.post(to: target, headers: [], body: []).status }
                }
                #expect(await eventually { receiver.requests.count == 64 })
                receiver.release()
                for call in calls {
                    let status = try await call.value
                    #expect(status == 200)
                }
            }
        }
    }

    @Test("ends when the client is shut down, and there are none afterwards")
    func shutdown() async throws {
        try await HTTPReceiver.with(.held) { receiver in
            let target = try OutboundTarget(receiver.url, allowsPrivate: true)
            try await OutboundCall().with { client in
                let call = Task { try await client.post(to: target, headers: [], body: []).status }
                #expect(await eventually { receiver.requests.count == 1 })
                await client.shutdown()
                await #expect(throws: OutboundError.shutDown) { try await call.value }
                await #expect(throws: OutboundError.shutDown) {
                    try await client.post(to: target, headers: [], body: [])
                }
                #expect(receiver.requests.count == 1)
            }
        }
    }
}
