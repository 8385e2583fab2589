public import Hummingbird
import NIOHTTP1
import StrictJSON

extension YooKassaSandbox {
    /// Adds API v3 and the payer's page to a router.
    ///
    /// - Parameters:
    ///   - router: of a server of somebody else's.
    ///   - base: what stands before its paths, such as `/yookassa`; the API is at `base` + `/v3`.
    ///   - origin: as browsers reach that server: `http://127.0.0.1:8080`.
    ///   - hosts: names under which the page may be asked for, beside `127.0.0.1` and `localhost`.
    /// - Throws: if the page's texts contradict themselves.
    public func addRoutes<Context: RequestContext>(
        to router: some RouterMethods<Context>, at base: String, origin: String, hosts: Set<String> = []
    ) throws {
        addRoutes(to: router, at: base, origin: origin, hosts: hosts, page: try YooPage())
    }

    /// As ``addRoutes(to:at:origin:hosts:)``, with a page that was made before.
    func addRoutes<Context: RequestContext>(
        to router: some RouterMethods<Context>, at base: String, origin: String, hosts: Set<String>, page: YooPage
    ) {
        setOrigin(origin, base)
        YooRoutes(yookassa: self, base: base).add(to: router)
        YooPageRoutes(yookassa: self, base: base, page: page).add(to: router, hosts: hosts)
    }

    private func setOrigin(_ origin: String, _ base: String) {
        change { $0.page = origin + base + YooPageRoutes.path }
    }

    /// Serves the API and the page on 127.0.0.1 while the closure runs, then stops.
    ///
    /// - Parameters:
    ///   - port: 0: a free one.
    ///   - isDelivering: notifications are sent as they become due; false: when ``deliverDue()`` is called.
    ///   - body: is given the base URL; the API is at that + `/v3`.
    /// - Throws: what the closure throws, or why it cannot be served.
    public func serving<T: Sendable>(
        port: Int = 0, isDelivering: Bool = false, _ body: (String) async throws -> T
    ) async throws -> T {
        let router = Router()
        try addRoutes(to: router, at: "", origin: "")
        return try await LoopbackServer.serving(router, port: port) {
            if isDelivering { await self.deliverForever() }
        } _: { url in
            setOrigin(url, "")
            return try await body(url)
        }
    }

    /// Sends the notifications that are due by the clock, and waits for the answers.
    public func deliverDue() async {
        let (due, sender, now) = settled { books, now in
            (books.notices.takeDue(now), books.conduct.noticeSender, now)
        }
        let headers = sender.map { [("x-forwarded-for", $0)] } ?? []
        for notice in due {
            let answer = await WireClient(seconds: 30).send(
                .POST, notice.url, authorization: nil, headers: headers, body: notice.body.serialized())
            let attempt = change {
                $0.notices.report(notice, status: answer.status, failure: answer.failure, at: now)
            }
            tellObserver(of: attempt, microseconds: answer.microseconds)
        }
    }

    /// Sends notifications as they become due, until it is cancelled.
    public func deliverForever() async {
        while !Task.isCancelled {
            await deliverDue()
            // The clock may be moved at any moment, and does not tell.
            try? await Task.sleep(for: .milliseconds(25))
        }
    }
}
