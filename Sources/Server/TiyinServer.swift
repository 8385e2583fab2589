import Click
import Delivery
import Foundation
public import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import JSONRPC
public import Logging
import NIOCore
import NIOSSL
import Payme
public import Payments
import Pix
import Pledg
import SQLiteEngine
public import ServiceLifecycle
public import Specification
public import Storage
import YooKassa

/// Everything assembled: database, gateways, merchant API, jobs, HTTP.
///
/// Run it whole:
///
/// ```swift
/// let server = try await TiyinServer(settings: settings, hooks: MyHooks(), logger: logger)
/// try await server.run()
/// ```
///
/// or add its routes to an application of your own with ``addRoutes(to:)``, and run ``services`` beside it.
public struct TiyinServer: Sendable {
    /// What it was told.
    public let settings: ServerSettings
    /// The documents of `spec/`, found consistent.
    public let specifications: Specifications
    /// The database. It is open until ``services`` have stopped; one that never runs them closes it with
    /// `store.engine.close()`.
    public let store: Store
    /// The only door to a change of a transaction's state.
    public let service: TransactionService
    /// What `/metrics` shows. The server's own series go there by themselves; bootstrap `MetricsSystem` with it to show
    /// those of other libraries too.
    public let registry: PrometheusRegistry
    /// For everything beside requests; a request's logger carries its id.
    public let logger: Logger
    let clock: TimeSource
    let payme: PaymeGateway?
    let click: ClickGateway?
    let pix: PixSite?
    let yookassa: YooKassaSite?
    let pledg: PledgSite?
    private let pledgPages: PledgPages?
    private let mailing: PledgMailing?
    /// Nobody but the orders table knows what is owed.
    private let registersOrders: Bool
    let hooksWake: Wake
    let webhookWake: Wake
    let shopCaller: ShopCaller?
    let telegramWake: Wake
    let telegram: TelegramNews?
    let reversalWake: Wake
    /// The fiscal lines of an order have the form that Payme's document gives them.
    private let fiscalSchema: SchemaValidator
    /// The merchant API's operations, each with its code.
    private let merchant: MerchantBinding
    let expiry: ExpiryJob
    private let tls: TLSConfiguration?

    /// Opens the database, brings its schema up to date, and binds every document. It listens on nothing yet.
    ///
    /// From here on no other process can open the database for writing.
    ///
    /// - Parameters:
    ///   - settings: parsed already.
    ///   - hooks: the shop's own code.
    ///   - clock: where the time comes from.
    ///   - logger: for the server and its jobs.
    ///   - registersOrders: whether a payment through YooKassa for an order that nobody registered registers it; nil:
    ///     unless there are hooks or a `merchant.check_url`, which know the orders.
    ///   - migrations: tables of the shop's own, for rows that its hooks write. They come after ours; traps for a name
    ///     that one of ours has.
    ///   - letters: gets the e-mails to members of groups, now and then one twice, instead of the mail server of
    ///     `smtp.url`; must not wait. nil: the mail server gets them.
    ///   - tellsChatOf: which orders, by their ids, the chat in Telegram hears of; must not wait. nil: all.
    /// - Throws: ``SettingsError`` for settings that cannot be used, `SpecificationError`, `RPCBindingError`,
    ///   `PaymeSetupError` or `ClickSetupError` for a document that contradicts itself or does not fit the program, `SQLiteOpenFailure` for
    ///   a database that cannot be had, `MigrationFailure` for one that another program made. Their descriptions are
    ///   for the operator.
    public init(
        settings: ServerSettings, hooks: PaymentHooks = PaymentHooks(), clock: TimeSource = .system,
        logger: Logger, registersOrders: Bool? = nil, migrations: [Migration] = [],
        letters: (@Sendable (GroupLetter) -> Void)? = nil, tellsChatOf: (@Sendable (String) -> Bool)? = nil
    ) async throws {
        specifications = try Specifications.load()
        try SpecificationCheck.run(specifications.transaction)
        merchant = try MerchantBinding(specifications.merchant, MerchantRoutes.handlers)
        fiscalSchema = SchemaValidator(try PaymeGateway.fiscalDetailSchema(specifications))
        guard let timeout = specifications.transaction.reason(named: "timeout") else {
            throw SettingsError("transaction.yaml has no reason named timeout")
        }
        // Before the database is touched: a server that cannot serve leaves no trace.
        tls = try settings.tls.map {
            try TLSFilesReader.configuration($0, clientAuthorityPath: settings.pixWebhookClient?.authorityPath)
        }
        let telegram = try settings.telegram.map { [specifications] in try TelegramNews($0, specifications.transaction)
        }
        let letterBox = try letters.flatMap { try Self.letterBox(settings, clock, $0) }
        let mailing = letterBox == nil ? try Self.mailing(settings, clock, logger) : nil
        let engine = try SQLiteEngine(SQLiteConfiguration(path: settings.databasePath), logger: logger)
        let store = Store(engine)
        let registry = PrometheusRegistry()
        let (hooksWake, webhookWake, telegramWake) = (Wake(), Wake(), Wake())
        let reversalWake = Wake()
        let shopCaller = settings.shopCalls.map(ShopCaller.init)
        var targets = type(of: hooks) == PaymentHooks.self ? [] : [TransactionService.hooksTarget]
        if settings.shopCalls?.webhook != nil { targets.append(WebhookEvents.target) }
        if telegram != nil { targets.append(TelegramNews.target) }
        let listener = try settings.pledg.map { [specifications] configuration in
            var configuration = configuration
            // Without it the merchant's webhook carries the links.
            configuration.sendsMail = mailing != nil || letterBox != nil
            return try PledgListener(configuration, specifications: specifications)
        }
        let service = TransactionService(
            store: store, hooks: hooks, clock: clock, timeoutReason: Int64(timeout.number),
            targets: targets, orderTargets: [WebhookEvents.target],
            wantedChanges: telegram.map { [TelegramNews.target: $0.configuration.changes] } ?? [:],
            hears: { target, order in target != TelegramNews.target || tellsChatOf?(order) ?? true },
            inquiry: shopCaller?.inquiry(store, fiscal: fiscalSchema, clock: clock),
            observers: listener.map { [$0] } ?? [],
            onEnqueued: {
                hooksWake.raise()
                webhookWake.raise()
                telegramWake.raise()
            })
        do {
            let schema = Migrator(CoreMigrations.all + GatewayTables.migrations + migrations)
            let applied = try await schema.run(on: engine, clock: clock)
            if !applied.isEmpty { logger.notice("database schema updated", metadata: ["steps": "\(applied)"]) }
            if let shopCaller, settings.shopCalls?.webhook != nil {
                let mark = shopCaller.addressMark
                try await engine.write { sql in
                    try SQLPaymentSession(sql: sql).noteTarget(WebhookEvents.target, address: mark)
                }
            }
            try await telegram?.note(in: store)
            if let configuration = settings.payme {
                payme = try PaymeGateway(
                    configuration, service: service, store: store, specifications: specifications)
            } else {
                payme = nil
            }
            if let configuration = settings.click {
                click = try ClickGateway(
                    configuration, service: service, store: store, specifications: specifications,
                    api: ClickClient(configuration, clock: clock), logger: logger,
                    onReversalRequested: { reversalWake.raise() },
                    onAnomaly: { ClickRoutes.count($0, in: registry) })
            } else {
                click = nil
            }
            if let configuration = settings.pix {
                pix = try PixSite(
                    configuration, service: service, store: store, specifications: specifications,
                    inter: settings.inter, clock: clock,
                    // Every page holds a connection: some are left for those who pay and are paid.
                    watchersMaximum: max(1, settings.connectionsMaximum / 4 * 3), registry: registry, logger: logger)
            } else {
                pix = nil
            }
            if let configuration = settings.yookassa, let credentials = settings.yookassaCredentials {
                yookassa = try YooKassaSite(
                    configuration, credentials, service: service, store: store, specifications: specifications,
                    clock: clock, registry: registry, logger: logger,
                    onSubscription: SubscriptionNews(shopCaller, clock: clock, registry: registry, logger: logger).tell)
            } else {
                yookassa = nil
            }
            if let listener {
                pledg = try PledgSite(
                    listener,
                    money: PledgMoney(
                        service: service, payme: settings.payme, click: click, pix: pix?.gateway,
                        yookassa: yookassa?.gateway, yookassaCurrency: settings.yookassaCurrency,
                        cancelReason: specifications.transaction.reason(named: "executionFailed").map {
                            Int64($0.number)
                        }),
                    service: service, store: store, paths: PledgPaths(publicURL: settings.pledgPublicURL),
                    mailer: letterBox ?? mailing?.post, registry: registry, logger: logger)
            } else {
                pledg = nil
                if case let left = try await PledgGateway.countOpen(store), left > 0 {
                    logger.error(
                        "groups' purchases wait, and nobody looks after them: set pledg.enabled and merchant.api_key",
                        metadata: ["count": "\(left)"])
                }
            }
            if case let left = try await PixGateway.unattendedCharges(store, pix?.gateway.configuration.provider),
                left > 0
            {
                logger.warning(
                    "charges of Pix wait, and nobody looks after them: set pix.provider and its bank's settings as they were",
                    metadata: ["count": "\(left)"])
            }
            if click?.reversals == nil, case let open = try await ClickGateway.openReversals(store), open > 0 {
                logger.error(
                    "payments wait to be given back through Click: set click.merchant_user_id",
                    metadata: ["count": "\(open)"])
            }
        } catch {
            await engine.close()
            throw error
        }
        pledgPages = try pledg.map { [pix, yookassa] site in
            try PledgPages(
                gateway: site.gateway,
                checkouts: PledgServerCheckouts(
                    payLinks: PayLinks(payme: settings.payme, click: settings.click, hooks: hooks), pix: pix,
                    pixPublicURL: settings.pixPublicURL, yookassa: yookassa, store: store, clock: clock),
                clock: clock, publicURL: settings.pledgPublicURL,
                clientAddress: ClientAddress(trustedProxies: settings.trustedProxies), zone: settings.pledgTimeZone)
        }
        self.mailing = mailing
        self.settings = settings
        self.store = store
        self.service = service
        self.clock = clock
        self.logger = logger
        self.registry = registry
        self.hooksWake = hooksWake
        self.webhookWake = webhookWake
        self.shopCaller = shopCaller
        self.telegramWake = telegramWake
        self.telegram = telegram
        self.reversalWake = reversalWake
        self.registersOrders =
            registersOrders ?? (type(of: hooks) == PaymentHooks.self && settings.shopCalls?.check == nil)
        expiry = ExpiryJob(
            service: service, intervalMilliseconds: Int64(max(1, settings.expirySeconds)) * 1_000, logger: logger)
    }

    /// Adds the routes of Payme, Click, Pix, YooKassa, the merchant API, groups' purchases and `/health`, `/ready`,
    /// `/metrics` to a router; the first five only if their key is set, groups' purchases with the merchant API.
    ///
    /// Conform your context to ``PeerAddressContext``: without it `/ready` and `/metrics` answer 404 unless
    /// `http.operator_addresses` is `any`, and with a list of Payme's addresses every call to its route is refused.
    public func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
        paymeRoutes?.add(to: router)
        clickRoutes?.add(to: router)
        let access = settings.merchantKey.map { MerchantAccess(key: $0, store: store, clock: clock) }
        pixRoutes(access)?.add(to: router)
        yookassaRoutes(access)?.add(to: router)
        pledgRoutes(access)?.add(to: router)
        pledgPages?.addRoutes(to: router)
        if let access {
            MerchantRoutes(
                binding: merchant, access: access, store: store,
                service: service, clock: clock,
                payLinks: PayLinks(payme: settings.payme, click: settings.click, hooks: service.hooks),
                refunds: [
                    click?.reversals as (any RefundGateway)?, pix?.gateway.refunds, yookassa?.gateway.refunds,
                    pledg?.gateway.refunds,
                ].compactMap { $0 },
                cancelReason: specifications.transaction.reason(named: "executionFailed").map { Int64($0.number) },
                fiscal: fiscalSchema, bodyBytesMaximum: settings.bodyBytesMaximum,
                mayCallOff: { [click, pix, yookassa, pledg] transaction in
                    // Its charge may stand at the bank, and only a gateway that is on can take it away.
                    if transaction.key.gateway == PixGateway.name, pix == nil { return false }
                    if transaction.key.gateway == YooKassaGateway.name, yookassa == nil { return false }
                    if transaction.key.gateway == PledgGateway.name, pledg == nil { return false }
                    guard transaction.key.gateway == ClickGateway.name else { return true }
                    return await click?.mayCallOff(transaction) ?? false
                },
                onDeliveriesDue: { [hooksWake, webhookWake, telegramWake] in
                    hooksWake.raise()
                    webhookWake.raise()
                    telegramWake.raise()
                },
                withdraw: { [pix, yookassa, pledg] transaction in
                    if let ended = try await pix?.withdraw(transaction) { return ended }
                    if let ended = try await pledg?.withdraw(transaction) { return ended }
                    return try await yookassa?.withdraw(transaction)
                }
            ).add(to: router)
        }
        OperatorRoutes(
            readiness: Readiness(store: store, clock: clock), registry: registry, store: store,
            targets: service.targets, clock: clock, access: operatorAccess
        ).add(to: router)
    }

    private var operatorAccess: OperatorAccess {
        OperatorAccess(
            addresses: settings.operatorAddresses,
            clientAddress: ClientAddress(trustedProxies: settings.trustedProxies))
    }

    private var paymeRoutes: PaymeRoutes? {
        payme.map { gateway in
            PaymeRoutes(
                gateway: gateway, allowedAddresses: settings.paymeAddresses,
                clientAddress: ClientAddress(trustedProxies: settings.trustedProxies),
                bodyBytesMaximum: settings.bodyBytesMaximum,
                metrics: CallMetrics(gateway: PaymeGateway.name, factory: registry))
        }
    }

    private var clickRoutes: ClickRoutes? {
        click.map { gateway in
            ClickRoutes(
                gateway: gateway, allowedAddresses: settings.clickAddresses, testOrigin: settings.clickTestOrigin,
                clientAddress: ClientAddress(trustedProxies: settings.trustedProxies),
                bodyBytesMaximum: settings.bodyBytesMaximum,
                metrics: CallMetrics(gateway: ClickGateway.name, factory: registry), registry: registry)
        }
    }

    private func pixRoutes(_ access: MerchantAccess?) -> PixRoutes? {
        pix.map { site in
            PixRoutes(
                site: site, access: access, store: store, clock: clock, publicURL: settings.pixPublicURL,
                groupURL: settings.pledgPublicURL, bodyBytesMaximum: settings.bodyBytesMaximum,
                gate: PixWebhookGate(client: settings.pixWebhookClient, trustedProxies: settings.trustedProxies),
                clientAddress: ClientAddress(trustedProxies: settings.trustedProxies))
        }
    }

    private func yookassaRoutes(_ access: MerchantAccess?) -> YooKassaRoutes? {
        yookassa.map { site in
            YooKassaRoutes(
                site: site, access: access, store: store, clock: clock, bodyBytesMaximum: settings.bodyBytesMaximum,
                clientAddress: ClientAddress(trustedProxies: settings.trustedProxies),
                registersOrders: registersOrders)
        }
    }

    /// - Throws: ``SettingsError`` if e-mails could have no links.
    private static func mailing(
        _ settings: ServerSettings, _ clock: TimeSource, _ logger: Logger
    ) throws -> PledgMailing? {
        guard settings.pledg != nil, let smtp = settings.smtp else { return nil }
        return try PledgMailing(
            smtp.server, from: smtp.from, publicURL: try linkURL(settings, beside: "smtp.url"),
            zone: settings.pledgTimeZone, clock: clock, logger: logger)
    }

    /// - Throws: ``SettingsError`` if e-mails could have no links.
    private static func letterBox(
        _ settings: ServerSettings, _ clock: TimeSource, _ receiver: @escaping @Sendable (GroupLetter) -> Void
    ) throws -> PledgLetterBox? {
        guard settings.pledg != nil else { return nil }
        return try PledgLetterBox(
            publicURL: try linkURL(settings, beside: "letters"), zone: settings.pledgTimeZone, clock: clock,
            receiver: receiver)
    }

    private static func linkURL(_ settings: ServerSettings, beside other: String) throws -> String {
        guard let publicURL = settings.pledgPublicURL else {
            throw SettingsError(
                "pledg.public_url (PLEDG_PUBLIC_URL) is missing beside \(other): links in e-mails begin with it")
        }
        return publicURL
    }

    private func pledgRoutes(_ access: MerchantAccess?) -> PledgRoutes? {
        guard let pledg, let access else { return nil }
        return PledgRoutes(
            site: pledg, access: access, store: store, clock: clock, bodyBytesMaximum: settings.bodyBytesMaximum)
    }

    /// What runs beside the HTTP server: the database (closed last), the outbox if hooks were subclassed, webhooks are
    /// on or a chat in Telegram hears of payments, and jobs: refunds through Click if it is on, expiry unless that is
    /// switched off. Run them once.
    public var services: [any ServiceLifecycle.Service] {
        var services: [any Service] = [DatabaseService(engine: store.engine)]
        if service.targets.contains(TransactionService.hooksTarget) {
            let hooks = service.hooks
            let runner = OutboxRunner(
                target: TransactionService.hooksTarget, store: store, clock: clock, wake: hooksWake, logger: logger
            ) { item in try await hooks.deliver(item.event) }
            services.append(LoopService { await runner.run() })
        }
        services.append(UnattendedPayments(isOn: gatewaysOn, store: store, logger: logger))
        if let bank = pix?.bank { services.append(BankService(bank: bank)) }
        if let yookassa {
            let own = "http://\(settings.host):\(settings.port)/"
            let isPlayedHere = settings.yookassaCredentials?.baseURL.hasPrefix(own) ?? false
            services.append(YooKassaService(site: yookassa, logger: logger, isPlayedHere: isPlayedHere))
        }
        if let shopCaller {
            services.append(ShopCallerService(caller: shopCaller))
            if let runner = shopCaller.runner(
                store, clock: clock, wake: webhookWake,
                purchases: pledg.map { PledgNews(gateway: $0.gateway, paths: $0.paths) }, registry: registry,
                logger: logger)
            {
                services.append(LoopService { await runner.run() })
            }
        }
        if let mailing { services.append(PledgMailService(mailing: mailing)) }
        if let telegram {
            services.append(TelegramService(telegram: telegram))
            let runner = telegram.runner(
                store, clock: clock, wake: telegramWake, registry: registry, logger: logger)
            services.append(LoopService { await runner.run() })
        }
        let jobs = jobs
        if !jobs.isEmpty {
            let runner = JobRunner(store: store, clock: clock, logger: logger)
            services.append(LoopService { await runner.run(jobs) })
        }
        return services
    }

    /// Has jobs look at once what is due: for a clock that somebody moves.
    public func wakeJobs() {
        pix?.wakeJobs()
        yookassa?.wakeJobs()
        pledg?.wakeJobs()
    }

    /// What is done again and again, on one server at a time.
    private var jobs: [Job] {
        var jobs: [Job] = []
        if let reversals = click?.reversals {
            jobs.append(Job(name: "click-reversals", wake: reversalWake) { await reversals.advanceDue() })
        }
        jobs += pix?.jobs ?? []
        jobs += yookassa?.jobs ?? []
        jobs += pledg?.jobs ?? []
        if settings.expirySeconds > 0 { jobs.append(expiry.job) }
        return jobs
    }

    /// Serves until the process is told to stop (SIGTERM, SIGINT), then finishes what is in flight and closes the
    /// database.
    ///
    /// - Parameters:
    ///   - onRunning: called with the port that was bound.
    ///   - adding: routes of your own beside the server's.
    /// - Throws: ``SettingsError`` if the address cannot be had.
    public func run(
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in },
        adding routes: (Router<TiyinRequestContext>) -> Void = { _ in }
    ) async throws {
        do {
            try await application(onRunning: onRunning, adding: routes).runService()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw SettingsError(
                "port \(settings.port) of \(settings.host) is in use: choose another (api.port, API_PORT, or --port)")
        } catch is SocketAddressError.UnknownHost {
            throw SettingsError(
                "\(settings.host) is no address of this machine, nor a name that one is known for: correct api.host "
                    + "(API_HOST)")
        } catch let error as IOError where error.errnoCode == EACCES || error.errnoCode == EADDRNOTAVAIL {
            throw SettingsError("\(settings.host):\(settings.port) cannot be listened on: \(error)")
        }
    }

    /// The application of ``run(onRunning:adding:)``, to be run in a service group of your own. It brings ``services``
    /// along.
    ///
    /// - Parameters:
    ///   - onRunning: called with the port that was bound; 0 if it has none.
    ///   - adding: routes of your own beside the server's.
    public func application(
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in },
        adding routes: (Router<TiyinRequestContext>) -> Void = { _ in }
    ) throws -> some ApplicationProtocol {
        let router = Router(context: TiyinRequestContext.self, options: .autoGenerateHeadEndpoints)
        addRoutes(to: router)
        routes(router)
        // Added last, it stands behind no route and hears only of what none of them takes.
        router.add(
            middleware: MissedRoute(
                paths: OperatorRoutes.paths + (settings.merchantKey == nil ? [] : merchant.knownPaths)
                    + (clickRoutes?.knownPaths ?? [])
                    + (pix == nil ? [] : PixRoutes.knownPaths(hasMerchant: settings.merchantKey != nil))
                    + (yookassa == nil ? [] : YooKassaRoutes.knownPaths(hasMerchant: settings.merchantKey != nil))
                    + (pledg == nil ? [] : PledgRoutes.knownPaths + PledgPages.knownPaths),
                operatorAccess: operatorAccess))
        logGateways()
        let responder = HotRoutes(hotRoutes, next: router.buildResponder())
        var application = Application(
            responder: responder, server: try httpServer(),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: "tiyin", backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(settings.connectionsMaximum)),
            services: services,
            onServerRunning: { await onRunning($0.localAddress?.port ?? 0) }, logger: logger)
        if let pledg { application.beforeServerStarts { await pledg.catchUp() } }
        return application
    }

    /// The calls of payment systems, which need no search for a route.
    private var hotRoutes: [HotRoute] {
        let payme = paymeRoutes.map { routes in
            [HotRoute(path: PaymeRoutes.path, method: nil) { await routes.answer($0, $1) }]
        }
        let click = clickRoutes.map { routes in
            ClickRoutes.paths.map { HotRoute(path: $0, method: .post) { await routes.answer($0, $1) } }
        }
        return (payme ?? []) + (click ?? [])
    }

    private func httpServer() throws -> HTTPServerBuilder {
        let seconds = Int64(settings.requestSeconds)
        let places = ConnectionPlaces(settings.connectionsMaximum)
        let http = HTTPServerBuilder.http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [
                    RequestDeadlineHandler(
                        RequestDeadline(arrival: .seconds(seconds), answer: .seconds(max(60, seconds))),
                        linger: .seconds(max(60, seconds)), places: places)
                ],
                // Payme recommends keeping connections for ten minutes; RequestDeadlineHandler keeps them for less when
                // places are scarce. Source: payme.md 1.1.
                idleTimeout: .minutes(10),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 8 * 1024, maxHeaderListSize: 16 * 1024, maxHeaderFieldCount: 100)))
        guard let tls else { return http }
        return try .tls(http, tlsConfiguration: tls)
    }

    private var gatewaysOn: Set<String> {
        let names: [String?] = [
            payme.map { _ in PaymeGateway.name }, click.map { _ in ClickGateway.name },
            pix.map { _ in PixGateway.name }, yookassa.map { _ in YooKassaGateway.name },
        ]
        return Set(names.compactMap { $0 })
    }

    private func logGateways() {
        if payme == nil { logger.notice("Payme is off: payme.key (PAYME_KEY) is not set") }
        if let click {
            if click.reversals == nil {
                logger.notice(
                    "nothing can be given back through Click: click.merchant_user_id (CLICK_MERCHANT_USER_ID) is not set"
                )
            }
        } else {
            logger.notice("Click is off: click.service_id (CLICK_SERVICE_ID) is not set")
        }
        if pix == nil {
            logger.notice("Pix is off: pix.key (PIX_KEY) is not set")
        }
        if yookassa == nil {
            logger.notice("YooKassa is off: yookassa.shop_id (YOOKASSA_SHOP_ID) is not set")
        }
        if pledg == nil {
            logger.notice(
                "groups' purchases are off: pledg.enabled (PLEDG_ENABLED) is off, or merchant.api_key is not set")
        }
        if settings.shopCalls?.webhook == nil {
            logger.notice("webhooks are off: merchant.webhook_url (MERCHANT_WEBHOOK_URL) is not set")
        }
        if settings.telegram == nil {
            logger.notice("Telegram is off: telegram.bot_token (TELEGRAM_BOT_TOKEN) is not set")
        }
        if settings.merchantKey == nil {
            logger.notice("the merchant API is off: merchant.api_key (MERCHANT_API_KEY) is not set")
        }
    }
}
