import CCurl
import NIOPosix
import Synchronization

/// Hands messages over to a mail server, each on a connection of its own.
///
/// libcurl speaks SMTP and TLS, and makes the MIME parts. It waits on a thread that is nobody else's.
public final class SMTPClient: Sendable {
    private let server: SMTPServer
    private let caFile: String?
    private let connectSeconds: Int
    private let seconds: Int
    private let replySeconds: Int
    private let threads: NIOThreadPool

    /// - Parameters:
    ///   - caFile: who signs the server's certificate, PEM; nil: those that the system trusts.
    ///   - connectSeconds: until there is a connection.
    ///   - seconds: for everything.
    ///   - replySeconds: for each of the server's replies; also how long a cancelled task waits for its farewell.
    ///   - connections: how many at a time.
    public init(
        _ server: SMTPServer, caFile: String? = nil, connectSeconds: Int = 10, seconds: Int = 60,
        replySeconds: Int = 20,
        connections: Int = 2
    ) {
        _ = Self.isReady
        self.server = server
        self.caFile = caFile
        self.connectSeconds = connectSeconds
        self.seconds = seconds
        self.replySeconds = replySeconds
        threads = NIOThreadPool(numberOfThreads: connections)
        threads.start()
    }

    /// Waits for what is under way; later messages are not sent.
    public func shutdown() async { try? await threads.shutdownGracefully() }

    private static let isReady = ccurl_global_init() == CURLE_OK

    /// Hands it over once; the server has it for good when this returns.
    ///
    /// - Throws: ``MailError``
    public func send(_ message: MailMessage) async throws(MailError) {
        let isCancelled = Flag()
        let result: Result<Void, MailError> = await withTaskCancellationHandler {
            do {
                return try await threads.runIfActive { [self] in transfer(message, isCancelled) }
            } catch {
                return .failure(.notSent("the program is ending"))
            }
        } onCancel: {
            isCancelled.raise()
        }
        try result.get()
    }

    private func transfer(_ message: MailMessage, _ isCancelled: Flag) -> Result<Void, MailError> {
        guard Self.isReady, let curl = curl_easy_init() else { return .failure(.notSent("libcurl cannot be used")) }
        defer { curl_easy_cleanup(curl) }
        let mime = curl_mime_init(curl)
        defer { curl_mime_free(mime) }
        let headers = StringList(message.headers)
        let recipients = StringList(["<\(message.to.address)>"])
        var options: [CURLcode] = [
            ccurl_set_text(curl, CURLOPT_URL, server.url),
            ccurl_set_text(curl, CURLOPT_MAIL_FROM, "<\(message.from.address)>"),
            ccurl_set_pointer(curl, CURLOPT_MAIL_RCPT, recipients.first),
            ccurl_set_pointer(curl, CURLOPT_HTTPHEADER, headers.first),
            Self.add(message, to: mime, of: curl),
            ccurl_set_pointer(curl, CURLOPT_MIMEPOST, UnsafeMutableRawPointer(mime)),
            ccurl_set_long(curl, CURLOPT_CONNECTTIMEOUT, connectSeconds),
            ccurl_set_long(curl, CURLOPT_TIMEOUT, seconds),
            ccurl_set_long(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, replySeconds),
            // No signals: this program has other threads.
            ccurl_set_long(curl, CURLOPT_NOSIGNAL, 1),
            ccurl_set_progress(
                curl, { flag, _, _, _, _ in Flag.isRaised(flag) ? 1 : 0 },
                Unmanaged.passUnretained(isCancelled).toOpaque()),
            // A mail server elsewhere hears neither password nor message without TLS.
            ccurl_set_long(
                curl, CURLOPT_USE_SSL,
                server.isLoopback ? Int(CURLUSESSL_TRY.rawValue) : Int(CURLUSESSL_ALL.rawValue)),
            ccurl_set_long(curl, CURLOPT_SSLVERSION, 6),  // CURL_SSLVERSION_TLSv1_2
        ]
        if let caFile { options.append(ccurl_set_text(curl, CURLOPT_CAINFO, caFile)) }
        if let user = server.user, let password = server.password {
            options.append(ccurl_set_text(curl, CURLOPT_USERNAME, user))
            options.append(ccurl_set_text(curl, CURLOPT_PASSWORD, password))
        }
        guard options.allSatisfy({ $0 == CURLE_OK }) else { return .failure(.notSent("libcurl takes no such message")) }
        var words = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        return words.withUnsafeMutableBufferPointer { words in
            _ = ccurl_set_pointer(curl, CURLOPT_ERRORBUFFER, words.baseAddress)
            let code = curl_easy_perform(curl)
            guard code != CURLE_OK else { return .success(()) }
            var reply = 0
            _ = ccurl_response_code(curl, &reply)
            let isAboutReader = words.baseAddress.map { String(cString: $0).hasPrefix("RCPT") } ?? false
            return .failure(Self.error(code, reply: reply, isAboutReader: isAboutReader))
        }
    }

    /// Text, and HTML beside it, of which the reader's program shows the last that it can.
    private static func add(_ message: MailMessage, to mime: OpaquePointer?, of curl: UnsafeMutableRawPointer)
        -> CURLcode
    {
        let alternatives = curl_mime_init(curl)
        for (type, text) in [("text/plain", message.text), ("text/html", message.html)] {
            guard let text else { continue }
            let part = curl_mime_addpart(alternatives)
            let codes = [
                curl_mime_data(part, text, text.utf8.count), curl_mime_type(part, "\(type); charset=utf-8"),
                curl_mime_encoder(part, "quoted-printable"),
            ]
            if let failure = codes.first(where: { $0 != CURLE_OK }) {
                curl_mime_free(alternatives)
                return failure
            }
        }
        let whole = curl_mime_addpart(mime)
        let headers = curl_slist_append(nil, "Content-Disposition: inline")
        let codes = [
            curl_mime_type(whole, "multipart/alternative"), curl_mime_headers(whole, headers, 1),
            curl_mime_subparts(whole, alternatives),
        ]
        return codes.first { $0 != CURLE_OK } ?? CURLE_OK
    }

    private static func error(_ code: CURLcode, reply: Int, isAboutReader: Bool) -> MailError {
        let cause = String(cString: curl_easy_strerror(code))
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_USE_SSL_FAILED, CURLE_SSL_CONNECT_ERROR,
            CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_URL_MALFORMAT:
            return .notSent(cause)
        case CURLE_LOGIN_DENIED:
            return (400..<500).contains(reply) ? .busy(code: reply) : .refused(code: max(reply, 500))
        default: break
        }
        switch reply {
        case 400..<500: return .busy(code: reply)
        case 500..<600: return isAboutReader ? .recipientRefused(code: reply) : .refused(code: reply)
        default: return .unknown(cause)
        }
    }
}

/// Raised once, seen from libcurl's own call.
private final class Flag: Sendable {
    private let value = Atomic(false)

    func raise() { value.store(true, ordering: .relaxed) }

    static func isRaised(_ pointer: UnsafeMutableRawPointer?) -> Bool {
        guard let pointer else { return false }
        return Unmanaged<Flag>.fromOpaque(pointer).takeUnretainedValue().value.load(ordering: .relaxed)
    }
}

/// A list of libcurl's, freed with its owner.
private final class StringList {
    let first: UnsafeMutablePointer<curl_slist>?

    init(_ texts: [String]) {
        first = texts.reduce(nil) { curl_slist_append($0, $1) }
    }

    deinit { curl_slist_free_all(first) }
}
