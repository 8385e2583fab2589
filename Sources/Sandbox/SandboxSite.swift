public import Hummingbird
import Specification
import StrictJSON

/// The sandbox: a simulated Payme, Click, Pix bank, YooKassa and Telegram, a shop, a mailbox, and the page that shows
/// them at work.
///
/// It is mounted on the server that it plays with, and yet speaks to it by HTTP alone:
///
/// ```swift
/// let site = try SandboxSite(configuration, clock: clock)
/// try await server.run(onRunning: { print($0) }, adding: { site.addRoutes(to: $0) })
/// ```
public struct SandboxSite: Sendable {
    let configuration: SandboxConfiguration
    let clock: SandboxClock
    let timeline: Timeline
    let payme: PaymeSandbox
    /// nil: the configuration has none.
    let click: ClickSandbox?
    /// nil: the configuration has none.
    let pix: PixDesk?
    /// nil: the configuration has none.
    let yoo: YooDesk?
    let yooPage: YooPage
    /// nil: the configuration has none.
    let telegram: TelegramDesk?
    /// nil: the configuration has none.
    let groups: GroupDesk?
    let shop: ShopClient
    let desk: ConformanceDesk
    let pages: Pages
    /// Names of this machine, beside the loopback ones, that browsers may ask for.
    let hosts: Set<String>

    /// - Parameters:
    ///   - clock: the clock that the server was given; the sandbox moves it.
    ///   - hosts: names under which the page may be asked for, beside `127.0.0.1` and `localhost`.
    /// - Throws: if the documents or the texts of the page contradict themselves.
    public init(_ configuration: SandboxConfiguration, clock: SandboxClock, hosts: Set<String> = []) throws {
        let specifications = try Specifications.load()
        let timeline = Timeline { clock.now }
        self.configuration = configuration
        self.clock = clock
        self.timeline = timeline
        self.hosts = hosts
        payme = PaymeSandbox(
            configuration: configuration, clock: clock, timeline: timeline, specifications: specifications)
        click = configuration.click.map {
            ClickSandbox(
                configuration: configuration, shop: $0, clock: clock, timeline: timeline,
                specification: specifications.click)
        }
        pix = configuration.pix.map {
            PixDesk(configuration: configuration, shop: $0, clock: clock, timeline: timeline)
        }
        let yoo = configuration.yookassa.map {
            YooDesk(configuration: configuration, shop: $0, clock: clock, timeline: timeline)
        }
        self.yoo = yoo
        yooPage = try YooPage()
        telegram = configuration.telegram.map {
            TelegramDesk(bot: $0, clock: clock, timeline: timeline)
        }
        groups = configuration.groups.map {
            GroupDesk(configuration: configuration, shop: $0, clock: clock, timeline: timeline)
        }
        let prefix = configuration.suitePrefix
        shop = ShopClient(configuration: configuration, timeline: timeline) { order in
            order.hasPrefix(prefix) || order.hasPrefix(GroupDesk.sharePrefix) || yoo?.isHidden(order: order) == true
        }
        desk = ConformanceDesk(configuration: configuration, clock: clock, timeline: timeline, pix: pix, yoo: yoo)
        pages = try Pages(texts: Texts.load(), specification: specifications.transaction)
    }

    /// Whether an order is one of the conformance suite's; perhaps one, as long as it is not known whose it is.
    public func isForSuite(order: String) -> Bool {
        order.hasPrefix(configuration.suitePrefix) || yoo?.isPerhapsHidden(order: order) == true
    }

    /// Shows what the server told the shop. Call it from an after-commit hook; it does not wait.
    public func report(_ event: ShopEvent) {
        guard !isForSuite(order: event.orderID) else { return }
        pix?.note(event)
        yoo?.note(event)
        var entry = TimelineEntry(.event, event.change, Sentence("say_event_\(event.change)"))
        entry.order = event.orderID
        entry.request = event.json.text
        timeline.add(entry)
    }

    /// Puts an e-mail that the server has sent to a member of a group into the page's mailbox. It does not wait.
    /// - Parameter mail: the same id a second time is the same e-mail, and is not shown again.
    public func receive(_ mail: SandboxMail) {
        guard groups?.mailbox.take(mail, at: clock.now) == true else { return }
        timeline.tellNews()
    }

    /// Adds the page, the checkout and the stream of events to a router.
    public func addRoutes<Context: RequestContext>(to router: some RouterMethods<Context>) {
        SandboxRoutes(site: self).add(to: router)
    }

    /// Ends what is under way.
    public func stop() async {
        pix?.close()
        yoo?.close()
        await desk.stop()
    }
}
