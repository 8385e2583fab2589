import Foundation
import Synchronization
public import TestSupport

/// Debian's `chromedriver` on a free port of 127.0.0.1, in a process of its own.
///
/// It ends with this object, and with the test's process, however that ends. Chromium is tied to it by a pipe and ends
/// with it.
public final class ChromeDriver: Sendable {
    public let port: Int
    private let child: ChildProcess
    /// Profiles, crash reports and caches; gone with the driver.
    public let folder: TemporaryFolder
    /// Process numbers of its browsers.
    private let browsers = Mutex<[Int32]>([])

    /// Where the programs are; Debian's packages, then Homebrew's.
    static let drivers = ["/usr/bin/chromedriver", "/opt/homebrew/bin/chromedriver", "/usr/local/bin/chromedriver"]
    static let browsers = [
        "/usr/bin/chromium", "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ]

    /// Starts it and waits until it listens.
    /// - Parameters:
    ///   - drivers: where chromedriver may be, the first that is there.
    ///   - patience: how long it may take to start.
    /// - Throws: ``BrowserUnavailable`` with one sentence.
    public init(drivers: [String] = ChromeDriver.knownDrivers, patience: Duration = .seconds(60)) async throws {
        let path = try Self.first(of: drivers, "chromedriver", package: "chromium-driver", cask: "chromedriver")
        folder = TemporaryFolder()
        var attempt = 1
        while true {
            let child = try ChildProcess.tied(
                path, ["--port=0"], environment: ["HOME": folder.path, "TMPDIR": folder.path], folder: folder.path)
            let bell = Task {
                try await Task.sleep(for: patience)
                child.signal(SIGKILL)
            }
            defer { bell.cancel() }
            let line = await child.line { Self.port(in: $0) != nil }
            if let line, let port = Self.port(in: Substring(line)) {
                self.child = child
                self.port = port
                return
            }
            // It looks for a free port, and then takes it: somebody else may have been faster.
            guard attempt < 3 else {
                throw BrowserUnavailable("\(path) does not start: \(child.output)\(child.errors)")
            }
            attempt += 1
        }
    }

    public static var knownDrivers: [String] { drivers }

    /// Of the driver alone.
    public var processIdentifier: Int32 { child.processIdentifier }

    /// Process numbers of the browsers that were opened.
    public var browserProcesses: [Int32] { browsers.withLock { $0 } }

    func opened(_ browser: Int32) { browsers.withLock { $0.append(browser) } }

    /// Ends it, and every browser of it, and waits: until they are gone they write into their folders.
    public func stop() async {
        await child.end()
        let browsers = browserProcesses
        _ = await eventually(within: .seconds(10)) { !browsers.contains(where: RunningProcess.exists) }
    }

    /// `ChromeDriver was started successfully on port 41234.`
    private static func port(in line: Substring) -> Int? {
        guard let mark = line.range(of: "successfully on port ") else { return nil }
        return Int(line[mark.upperBound...].prefix { $0.isNumber })
    }

    static func first(of paths: [String], _ name: String, package: String, cask: String) throws -> String {
        guard let path = paths.first(where: FileManager.default.isExecutableFile) else {
            throw BrowserUnavailable(
                "\(name) is not installed, so nothing can be tested in a browser: run `make setup`, or install the "
                    + "package \(package) (Debian) or the cask \(cask) (Homebrew)")
        }
        return path
    }
}

/// There is no browser to test with.
public struct BrowserUnavailable: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
