import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Server
import Specification
import Storage
import StrictJSON
import TestSupport
import Testing

/// The request context of a shop's own application, which knows the address of its connection.
private struct ShopContext: RequestContext, PeerAddressContext {
    var coreContext: CoreRequestContextStorage
    let peerAddress: String?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peerAddress = source.channel.remoteAddress?.ipAddress
    }
}

@Suite("The routes in a shop's own application")
struct MountingTests {
    @Test("answer beside the shop's, with its own context", arguments: Transport.allCases)
    func mounted(transport: Transport) async throws {
        let (server, clock) = try await Desk.make()
        let router = Router(context: ShopContext.self)
        router.get("/mine") { _, _ in "mine" }
        server.addRoutes(to: router)
        let application = Application(router: router, services: server.services, logger: .silent)
        try await application.test(transport.setup) { client in
            let desk = Desk(client: client, server: server, clock: clock)
            #expect(try await desk.get("/mine").text == "mine")
            try await desk.add("A")
            try await desk.announce(1, "A")
            #expect(try await desk.get("/orders/A")["status"] == "reserved")
            #expect(try await desk.send(.get, "/orders", authorization: nil).short == "401 unauthorized")
            #expect(try await desk.get("/ready").status == 200)
        }
        await server.store.engine.close()
    }

    @Test("answer below a path of the shop's, and say so in Location", arguments: Transport.allCases)
    func below(transport: Transport) async throws {
        let (server, clock) = try await Desk.make()
        let router = Router(context: ShopContext.self)
        server.addRoutes(to: router.group("/pay"))
        let application = Application(router: router, services: server.services, logger: .silent)
        try await application.test(transport.setup) { client in
            var desk = Desk(client: client, server: server, clock: clock)
            desk.prefix = "/pay"
            let reply = try await desk.post(#"{"id":"17/A","amount":{"value":"5000.00","currency":"UZS"}}"#)
            #expect(reply.status == 201)
            #expect(reply.headers[.location] == "/pay/orders/17%2FA")
            try await desk.announce(1, "17/A")
            #expect(try await desk.get("/orders/17%2FA")["status"] == "reserved")
        }
        await server.store.engine.close()
    }

    @Test(
        "hold the address list against the context's address; without one nobody is on it",
        arguments: [("127.0.0.1,::1", "TransactionNotFound"), ("10.0.0.1", "Unauthorized")])
    func addresses(list: String, name: String) async throws {
        let (server, clock) = try await Desk.make(["PAYME_ALLOWED_ADDRESSES": list])
        let document = server.specifications.payme
        let own = Router(context: ShopContext.self)
        server.addRoutes(to: own)
        try await Application(router: own, logger: .silent).test(.live) { client async throws in
            let desk = Desk(client: client, server: server, clock: clock)
            let code = try await desk.payme("CheckTransaction", ["id": "nobody"])["error"]?["code"]?.integerValue
            #expect(code == document.error(named: name).map { Int64($0.code) })
        }
        let plain = Router(context: BasicRequestContext.self)
        server.addRoutes(to: plain)
        try await Application(router: plain, logger: .silent).test(.live) { client async throws in
            let desk = Desk(client: client, server: server, clock: clock)
            let code = try await desk.payme("CheckTransaction", ["id": "nobody"])["error"]?["code"]?.integerValue
            #expect(code == document.error(named: "Unauthorized").map { Int64($0.code) })
        }
        await server.store.engine.close()
    }
}
