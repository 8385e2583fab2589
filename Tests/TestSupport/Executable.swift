import Foundation

/// The programs that the package builds, beside the test bundle.
public enum Executable {
    /// The path of a built program: `tiyin`, `SwiftShop`.
    public static func path(_ name: String) -> String {
        folder + "/" + name
    }

    private static var folder: String {
        #if canImport(Darwin)
            for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
                return bundle.bundleURL.deletingLastPathComponent().path
            }
        #endif
        return URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    }
}
