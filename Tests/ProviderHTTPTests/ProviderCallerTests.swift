import AsyncHTTPClient
import ProviderHTTP
import TestSupport
import Testing

@Suite("A call to a payment system")
struct ProviderCallerTests {
    private func call(
        _ reaction: HTTPReceiver.Reaction, bytes: Int = 1_000, within seconds: Int64 = 30
    ) async throws -> (told: String, calls: Int) {
        let receiver = try await HTTPReceiver { _ in reaction }
        let told = await told("http://127.0.0.1:\(receiver.port)/", bytes: bytes, within: seconds)
        let calls = receiver.requests.count
        await receiver.stop()
        return (told, calls)
    }

    private func told(_ url: String, bytes: Int = 1_000, within seconds: Int64 = 30) async -> String {
        let caller = ProviderCaller(answerBytesMaximum: bytes)
        let told: String
        do {
            let answer = try await caller.exchange(HTTPClientRequest(url: url), within: seconds)
            told = "\(answer.status), \(answer.body.count) bytes"
        } catch {
            told =
                switch error {
                case .notSent(let words): "not sent: \(words)"
                case .unknown: "unknown"
                }
        }
        await caller.close()
        return told
    }

    @Test("is answered with status and body, whatever the status; a redirect is followed nowhere")
    func answers() async throws {
        for status in [200, 204, 404, 503] {
            #expect(try await call(.answer(status)) == ("\(status), 0 bytes", 1))
        }
        let elsewhere = try await HTTPReceiver { _ in .answer(200) }
        let location = [("location", "http://127.0.0.1:\(elsewhere.port)/")]
        for status in [301, 302, 307, 308] {
            #expect(try await call(.answer(status, headers: location)) == ("\(status), 0 bytes", 1))
        }
        #expect(elsewhere.requests.isEmpty)
        await elsewhere.stop()
    }

    @Test("has no answer that is longer than agreed", arguments: [(1_000, "200, 1000 bytes"), (1_001, "unknown")])
    func length(count: Int, expected: String) async throws {
        #expect(try await call(.answer(200, body: Array(repeating: 65, count: count))).told == expected)
    }

    @Test("that reached somebody and has no answer in time is unknown: it may have been acted upon, and is made once")
    func unknown() async throws {
        #expect(try await call(.hangUp) == ("unknown", 1))
        #expect(try await call(.noise) == ("unknown", 1))
        #expect(try await call(.held, within: 1) == ("unknown", 1))
        #expect(try await call(.unfinished(200), within: 1) == ("unknown", 1))
    }

    @Test("to a port where nobody listens was not sent")
    func notSent() async {
        // A port that was free a moment ago may be another test's by now.
        let port = 1
        #expect(await told("http://127.0.0.1:\(port)/") == "not sent: nobody answers there")
        #expect(await told("http://localhost:\(port)/") == "not sent: nobody answers there")
    }
}
