import HTTPTypes
import Hummingbird

/// Keeps other sites out: whoever reads the page must have asked this machine for it, and whoever changes something
/// must have done so on the page.
struct SiteGuard<Context: RequestContext>: RouterMiddleware {
    private let hosts: Set<String>
    private let readers: Set<String>

    /// - Parameters:
    ///   - hosts: names of this machine that are allowed beside the loopback ones.
    ///   - openPosts: paths that a form of any site may be sent to, because they only show something.
    init(hosts: Set<String> = [], openPosts: Set<String>) {
        self.hosts = hosts.union(["127.0.0.1", "localhost", "[::1]"])
        readers = openPosts
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        // A name of somebody else's that was bent to this machine (DNS rebinding) is not our own.
        guard let authority = request.head.authority, hosts.contains(Self.host(authority)) else {
            return Self.refusal("The Host of this request is none of this machine's.")
        }
        let isSafe = [.get, .head].contains(request.method) || readers.contains(request.uri.path)
        guard isSafe || Self.isSameSite(request, authority) else {
            return Self.refusal("This must be sent from the sandbox's own page.")
        }
        var response = try await next(request, context)
        for (name, value) in Self.headers where response.headers[name] == nil { response.headers[name] = value }
        return response
    }

    /// Browsers say where a POST comes from; a request that says nothing at all is not from our page.
    private static func isSameSite(_ request: Request, _ authority: String) -> Bool {
        let origin = request.headers[.origin]
        let site = request.headers[.secFetchSite]
        if let origin, origin != "http://\(authority)", origin != "https://\(authority)" { return false }
        if let site, site != "same-origin" { return false }
        return origin != nil || site != nil
    }

    private static func host(_ authority: String) -> String {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") { return String(authority[...end]) }
        return String(authority.prefix { $0 != ":" }).lowercased()
    }

    private static func refusal(_ text: String) -> Response {
        Response(
            status: .forbidden,
            headers: [.contentType: "text/plain; charset=utf-8", .xContentTypeOptions: "nosniff"],
            body: .init(byteBuffer: ByteBuffer(string: text + "\n")))
    }

    private static var headers: [(HTTPField.Name, String)] {
        [
            (
                .contentSecurityPolicy,
                "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
                    + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            ),
            (.xContentTypeOptions, "nosniff"),
            // Not no-referrer: a browser would then hide the origin of our own forms as well.
            (.referrerPolicy, "same-origin"),
            (.crossOriginOpenerPolicy, "same-origin"),
            (.cacheControl, "no-store"),
        ]
    }
}

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
    static let lastEventID = HTTPField.Name("Last-Event-ID")!
    static let refresh = HTTPField.Name("Refresh")!
}
