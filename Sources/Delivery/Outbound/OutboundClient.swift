import AsyncHTTPClient
import NIOCore
import NIOHTTP1
public import NIOSSL
import Synchronization

/// Calls the shop, and nobody else: the address that a name stands for is judged, and the connection goes to just that.
///
/// No redirects, no proxy, no compression; limits on time and on what is read.
public final class OutboundClient: Sendable {
    private struct Pin: Hashable {
        let host: String
        let address: IPAddress
    }

    private struct State {
        var pinned: [Pin: PinnedClient] = [:]
        var isShutDown = false
    }

    /// What holds for every call.
    public let limits: OutboundLimits
    private let userAgent: String
    private let book: AddressBook
    private let tls: TLSConfiguration
    private let state = Mutex(State())

    /// - Parameters:
    ///   - userAgent: `tiyin/1.2.3`.
    ///   - limits: of every call.
    ///   - resolver: where addresses of names come from.
    ///   - addressesKeptFor: how long the addresses of a name are good for. Connections go to an address that was
    ///     judged, so this is about noticing that the shop has moved.
    ///   - tls: whom to trust.
    public init(
        userAgent: String, limits: OutboundLimits, resolver: AddressResolver = .system,
        addressesKeptFor: Duration = .seconds(5), tls: TLSConfiguration = .makeClientConfiguration()
    ) {
        self.userAgent = userAgent
        self.limits = limits
        self.tls = tls
        book = AddressBook(resolver, keptFor: addressesKeptFor)
    }

    /// Sends JSON, once.
    ///
    /// - Parameters:
    ///   - headers: beside `content-type` and `user-agent`.
    ///   - body: JSON in UTF-8.
    /// - Returns: whatever answer came, of any status.
    /// - Throws: ``OutboundError``; `CancellationError` if the task was cancelled.
    public func post(
        to target: OutboundTarget, headers: [(name: String, value: String)], body: [UInt8]
    ) async throws -> OutboundAnswer {
        var request = HTTPClientRequest(url: target.url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "user-agent", value: userAgent)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        let ready = request
        let late = OutboundError.timedOut(seconds: limits.deadlineSeconds)
        do {
            return try await Deadline.run(seconds: Double(limits.deadlineSeconds), late: late) {
                try await self.send(ready, to: target)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw OutboundError(error, limits)
        }
    }

    /// Ends what is under way and closes every connection. Later calls fail.
    public func shutdown() async {
        let clients = state.withLock { state in
            defer { state.pinned = [:] }
            state.isShutDown = true
            return Array(state.pinned.values)
        }
        for client in clients { await client.shutdown() }
    }

    private func send(_ request: HTTPClientRequest, to target: OutboundTarget) async throws -> OutboundAnswer {
        let addresses = await book.addresses(of: target.host)
        guard !addresses.isEmpty else { throw OutboundError.unknownHost }
        // One private address among public ones is no accident: nothing is picked.
        if !target.allowsPrivate, let address = addresses.first(where: { !$0.isPublic }) {
            throw OutboundError.privateAddress(address)
        }
        var failure = OutboundError.notConnected
        for address in addresses {
            try Task.checkCancellation()
            let client = try pinned(target.host, address, among: addresses)
            do {
                return try await client.execute(request, limits)
            } catch {
                failure = OutboundError(error, limits)
                // Nothing was sent, so the next address is not a second call.
                guard failure == .notConnected else { throw error }
            }
        }
        throw failure
    }

    /// The client for that address. Those for addresses that the name has no more are let go.
    private func pinned(_ host: String, _ address: IPAddress, among all: [IPAddress]) throws -> PinnedClient {
        let (client, gone) = state.withLock { state -> (PinnedClient?, [PinnedClient]) in
            guard !state.isShutDown else { return (nil, []) }
            let gone = state.pinned.filter { $0.key.host == host && !all.contains($0.key.address) }
            for pin in gone.keys { state.pinned[pin] = nil }
            let pin = Pin(host: host, address: address)
            let client = state.pinned[pin] ?? make(host, address)
            state.pinned[pin] = client
            return (client, Array(gone.values))
        }
        // Let go here, outside the lock.
        withExtendedLifetime(gone) {}
        guard let client else { throw OutboundError.shutDown }
        return client
    }

    private func make(_ host: String, _ address: IPAddress) -> PinnedClient {
        // A third of the time, so that one address that swallows everything leaves some for the next.
        PinnedClient(
            host: host, address: address, connectSeconds: Double(limits.deadlineSeconds) / 3, tls: tls)
    }
}
