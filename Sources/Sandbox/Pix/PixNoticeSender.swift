import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import StrictJSON

/// Carries notices to the merchant.
struct PixNoticeSender: Sendable {
    let configuration: PixBankConfiguration

    /// - Parameter report: is given the status, or why there is none, and how long it took, microseconds.
    func send(_ notices: [PixNotice], _ report: (PixNotice, Int?, String?, Int64) -> Void) async {
        guard configuration.noticeIdentity != nil || configuration.noticeTrustPath != nil else {
            for notice in notices {
                let answer = await WireClient(seconds: 10).send(
                    .POST, notice.url, authorization: nil, headers: headers, body: notice.body.serialized())
                report(notice, answer.status, answer.failure, answer.microseconds)
            }
            return
        }
        let client: HTTPClient
        do {
            client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: try secure())
        } catch {
            for notice in notices { report(notice, nil, "the certificate cannot be read: \(type(of: error))", 0) }
            return
        }
        for notice in notices {
            let begin = NIODeadline.now()
            func microseconds() -> Int64 { (NIODeadline.now() - begin).nanoseconds / 1_000 }
            do {
                var request = HTTPClientRequest(url: notice.url)
                request.method = .POST
                for (name, value) in headers { request.headers.add(name: name, value: value) }
                request.headers.add(name: "content-type", value: "application/json")
                request.body = .bytes(ByteBuffer(bytes: notice.body.serialized()))
                let status = try await client.execute(request, timeout: .seconds(10)).status.code
                report(notice, Int(status), nil, microseconds())
            } catch {
                report(notice, nil, "\(type(of: error))", microseconds())
            }
        }
        try? await client.shutdown()
    }

    private var headers: [(String, String)] { configuration.accounts.prefix(1).map { ("x-conta-corrente", $0) } }

    private func secure() throws -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let path = configuration.noticeTrustPath {
            tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(path))]
        }
        if let identity = configuration.noticeIdentity {
            tls.certificateChain = try NIOSSLCertificate.fromPEMFile(identity.certificatePath)
                .map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: identity.keyPath, format: .pem))
        }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.redirectConfiguration = .disallow
        return configuration
    }
}

extension PixBankSandbox {
    /// Sends the notices that are due by the clock, and those that follow from them, and waits for the answers.
    public func deliverDue() async {
        let now = clock()
        let due = change { books in
            books.settle(now)
            return books.notices.takeDue(now)
        }
        guard !due.isEmpty else { return }
        await PixNoticeSender(configuration: configuration).send(due) { notice, status, failure, microseconds in
            let attempt = change { $0.notices.report(notice, status: status, failure: failure, at: now) }
            tellObserver(of: attempt, microseconds: microseconds)
        }
    }

    /// Sends notices as they become due, until it is cancelled.
    public func deliverForever() async {
        while !Task.isCancelled {
            await deliverDue()
            // The clock may be moved at any moment, and does not tell.
            try? await Task.sleep(for: .milliseconds(25))
        }
    }
}
