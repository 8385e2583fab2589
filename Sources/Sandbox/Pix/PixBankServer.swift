public import Hummingbird
import HummingbirdTLS
import Logging
import NIOSSL

/// How the simulated bank proves who it is, and whom it lets in.
public struct PixBankTLS: Sendable {
    /// The bank's own.
    public var identity: PixBankIdentity
    /// A PEM file of who signs the certificates of clients; nil: none is asked for.
    public var clientAuthorityPath: String?

    /// - Parameters:
    ///   - identity: the bank's own.
    ///   - clientAuthorityPath: a PEM file; nil: no client needs a certificate.
    public init(identity: PixBankIdentity, clientAuthorityPath: String?) {
        self.identity = identity
        self.clientAuthorityPath = clientAuthorityPath
    }

    fileprivate func configuration() throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(identity.certificatePath).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: identity.keyPath, format: .pem)))
        tls.minimumTLSVersion = .tlsv12
        if let clientAuthorityPath {
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(clientAuthorityPath))
            // A client has no host name; that it must have a certificate is what this says.
            tls.certificateVerification = .noHostnameVerification
        }
        return tls
    }
}

extension PixBankSandbox {
    /// Adds the bank's API to a router.
    ///
    /// - Parameters:
    ///   - router: of a server of somebody else's.
    ///   - base: what stands before its paths, such as `/pixbank`.
    public func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>, at base: String) {
        PixBankRoutes(bank: self, base: base).add(to: router)
    }

    /// Serves the API on 127.0.0.1 while the closure runs, then stops.
    ///
    /// - Parameters:
    ///   - port: 0: a free one.
    ///   - tls: nil: plain HTTP.
    ///   - isDelivering: notices are sent as they become due; false: when ``deliverDue()`` is called.
    ///   - body: is given the base URL.
    /// - Throws: what the closure throws, or why the bank cannot be served.
    public func serving<T: Sendable>(
        port: Int = 0, tls: PixBankTLS? = nil, isDelivering: Bool = false, _ body: (String) async throws -> T
    ) async throws -> T {
        let router = Router()
        addRoutes(to: router, at: "")
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, server: try tls.map { try .tls(tlsConfiguration: $0.configuration()) } ?? .http1(),
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            onServerRunning: { continuation.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "pix bank") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // Whoever waits for the port must not wait for ever.
                defer { continuation.finish() }
                try await application.runService(gracefulShutdownSignals: [])
            }
            if isDelivering { group.addTask { await self.deliverForever() } }
            defer { group.cancelAll() }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else {
                try await group.next()
                throw CancellationError()
            }
            return try await body("\(tls == nil ? "http" : "https")://127.0.0.1:\(port)")
        }
    }
}
