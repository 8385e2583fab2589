import Delivery
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Where a call of ours goes")
struct OutboundGuardTests {
    private static func resolver(_ addresses: String...) -> AddressResolver {
        AddressResolver { _ in addresses.compactMap(IPAddress.init) }
    }

    @Test(
        "is never this machine, however it is spelt",
        arguments: [
            "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0", "0.0.0.0",
            "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
        ])
    func loopback(host: String) async throws {
        try await HTTPReceiver.with { receiver in
            let failure = try await OutboundCall().failure("https://\(host):\(receiver.port)/", allowsPrivate: false)
            guard case .privateAddress = failure else {
                Issue.record("\(host): \(String(describing: failure))")
                return
            }
            #expect(receiver.connectionCount == 0)
        }
    }

    @Test("is nowhere if one of several addresses is private: none is picked")
    func mixed() async throws {
        for addresses in [["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["2606:4700::1111", "::ffff:10.0.0.1"]] {
            let call = OutboundCall(resolver: AddressResolver { _ in addresses.compactMap(IPAddress.init) })
            let failure = try await call.failure("https://shop.test/", allowsPrivate: false)
            guard case .privateAddress = failure else {
                Issue.record("\(addresses): \(String(describing: failure))")
                continue
            }
        }
    }

    @Test("is the address that was judged, not what the name means to others")
    func pinned() async throws {
        try await HTTPReceiver.with { receiver in
            let call = OutboundCall(resolver: Self.resolver("127.0.0.1"))
            // No such name exists (RFC 6761), so whoever looks it up himself finds nothing.
            let answer = try await call.post(to: "http://shop.test:\(receiver.port)/x?y=1")
            #expect(answer.status == 204)
            let request = try #require(receiver.requests.first)
            #expect(request.header("host") == "shop.test:\(receiver.port)")
            #expect(request.uri == "/x?y=1")
            #expect(request.header("x-test") == "1")
            #expect(request.header("user-agent") == "tiyin/test")
            #expect(request.header("accept-encoding") == nil)
            #expect(request.body == OutboundCall.body)
        }
    }

    @Test("is judged again for every call: an open connection to a private address lets nobody in")
    func judgedAgain() async throws {
        try await HTTPReceiver.with { receiver in
            try await OutboundCall(resolver: Self.resolver("127.0.0.1")).with { client in
                let allowed = try OutboundTarget("http://shop.test:\(receiver.port)/", allowsPrivate: true)
                let answered = try await client.post(to: allowed, headers: [], body: []).status
                #expect(answered == 204)
                let refused = try OutboundTarget("https://shop.test:\(receiver.port)/")
                let failure = await #expect(throws: OutboundError.self) {
                    try await client.post(to: refused, headers: [], body: [])
                }
                #expect(failure == IPAddress("127.0.0.1").map(OutboundError.privateAddress))
            }
            #expect(receiver.connectionCount == 1)
        }
    }

    @Test("is refused as soon as the name turns private")
    func rebinding() async throws {
        let answers = Mutex([[], ["169.254.169.254"]])
        let resolver = AddressResolver { _ in answers.withLock { $0.removeFirst() }.compactMap(IPAddress.init) }
        let target = try OutboundTarget("https://shop.test/")
        try await OutboundCall(resolver: resolver).with { client in
            for expected in [.unknownHost, IPAddress("169.254.169.254").map(OutboundError.privateAddress)] {
                let failure = await #expect(throws: OutboundError.self) {
                    try await client.post(to: target, headers: [], body: [])
                }
                #expect(failure == expected)
            }
        }
    }

    #if os(Linux)
        @Test("is the next address if one does not answer, and the message is sent once")
        func next() async throws {
            try await HTTPReceiver.with { receiver in
                let call = OutboundCall(resolver: Self.resolver("127.0.0.2", "127.0.0.1"))
                let answered = try await call.post(to: "http://shop.test:\(receiver.port)/").status
                #expect(answered == 204)
                #expect(receiver.requests.count == 1)
            }
        }

        @Test("moves when the name does, and stays on its connection while it does not")
        func moved() async throws {
            try await HTTPReceiver.with { first in
                let second = try await HTTPReceiver(at: "127.0.0.2", port: first.port)
                let addresses = Mutex(["127.0.0.1", "127.0.0.3"])
                let call = OutboundCall(
                    resolver: AddressResolver { _ in addresses.withLock { $0 }.compactMap(IPAddress.init) })
                let target = try OutboundTarget("http://shop.test:\(first.port)/", allowsPrivate: true)
                try await call.with { client in
                    func post() async throws { _ = try await client.post(to: target, headers: [], body: []) }
                    for _ in 0..<6 {
                        try await post()
                        // The connection goes back to its pool a moment after the answer.
                        try await Task.sleep(for: .milliseconds(50))
                    }
                    // On a busy machine that moment is a long one now and then.
                    #expect(first.connectionCount <= 3)
                    addresses.withLock { $0 = ["127.0.0.2"] }
                    try await post()
                }
                #expect(first.requests.count == 6)
                #expect(second.requests.count == 1)
                await second.stop()
            }
        }
    #endif

    @Test("is found out once for all who ask at the same time, and for those a moment later")
    func lookups() async throws {
        let lookups = Mutex(0)
        let resolver = AddressResolver { _ in
            lookups.withLock { $0 += 1 }
            return [IPAddress("127.0.0.1")].compactMap { $0 }
        }
        try await HTTPReceiver.with { receiver in
            let target = try OutboundTarget("http://shop.test:\(receiver.port)/", allowsPrivate: true)
            try await OutboundCall(resolver: resolver, keptFor: .seconds(3_600)).with { client in
                for _ in 0..<5 { _ = try await client.post(to: target, headers: [], body: []) }
            }
            #expect(lookups.withLock { $0 } == 1)
        }
    }

    @Test("is nowhere else after a redirect", arguments: [301, 302, 303, 307, 308])
    func redirect(status: Int) async throws {
        try await HTTPReceiver.with { other in
            let location = other.url + "/"
            try await HTTPReceiver.with(.answer(status, headers: [("location", location)])) {
                receiver in
                let answered = try await OutboundCall().post(to: receiver.url).status
                #expect(answered == status)
            }
            #expect(other.connectionCount == 0)
        }
    }

    @Test("is nowhere if the name has no address, and the next call asks again")
    func unknown() async throws {
        let answers = Mutex([[], ["127.0.0.1"]])
        try await HTTPReceiver.with { receiver in
            let call = OutboundCall(
                resolver: AddressResolver { _ in
                    answers.withLock { $0.isEmpty ? [] : $0.removeFirst() }.compactMap(IPAddress.init)
                }, keptFor: .seconds(3_600))
            let target = try OutboundTarget("http://shop.test:\(receiver.port)/", allowsPrivate: true)
            try await call.with { client in
                await #expect(throws: OutboundError.unknownHost) {
                    try await client.post(to: target, headers: [], body: [])
                }
                let answered = try await client.post(to: target, headers: [], body: []).status
                #expect(answered == 204)
            }
        }
    }
}
