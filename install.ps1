<#
.SYNOPSIS
Installs a release of zccache: the launcher into a folder on PATH, the rest into ..\lib\zccache of that folder.

.DESCRIPTION
ZCCACHE_INSTALL_MODE      user (default) or global
ZCCACHE_INSTALL_DIR       the folder for the programs
ZCCACHE_INSTALL_VERSION   a version, with or without the v; default: the latest
ZCCACHE_INSTALL_REPO      OWNER/NAME on GitHub
ZCCACHE_INSTALL_BASE_URL  a mirror, in the place of https://github.com/OWNER/NAME/releases
ZCCACHE_NO_MODIFY_PATH    1: leave the user's PATH alone
#>
param(
    [switch] $User,
    [switch] $Global,
    [string] $BinDir = $env:ZCCACHE_INSTALL_DIR,
    [string] $Version = $env:ZCCACHE_INSTALL_VERSION
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

# The release workflow puts its own repository here.
$DefaultRepo = '@REPOSITORY@'

function Say([string] $Text) { Write-Host "[zccache-install] $Text" }

function Get-Target {
    $cpu = if ($env:PROCESSOR_ARCHITEW6432) { $env:PROCESSOR_ARCHITEW6432 } else { $env:PROCESSOR_ARCHITECTURE }
    switch ($cpu) {
        'AMD64' { 'x86_64-pc-windows-msvc' }
        'ARM64' { 'aarch64-pc-windows-msvc' }
        default { throw "there are no archives for the processor $cpu" }
    }
}

# The last part of the address that <releases>/latest leads to.
function Get-LatestTag([string] $Releases) {
    $request = [System.Net.WebRequest]::Create("$Releases/latest")
    $request.Method = 'HEAD'
    $response = $request.GetResponse()
    try { $response.ResponseUri.Segments[-1].Trim('/') } finally { $response.Close() }
}

# The archive must be what the release says it is; a release without SHA256SUMS can't be checked.
function Test-Archive([string] $Path, [string] $Name, [string] $SumsUrl) {
    $sums = "$Path.sums"
    try { Invoke-WebRequest -UseBasicParsing -Uri $SumsUrl -OutFile $sums } catch {
        # only a server that says so means that there are none
        if ([int] $_.Exception.Response.StatusCode -notin 404, 410) { throw }
        Say 'this release has no SHA256SUMS: the archive is not checked'
        return
    }
    $line = Get-Content $sums | Where-Object { ($_ -split '\s+\*?', 2)[1] -eq $Name } | Select-Object -First 1
    if (-not $line) { throw "SHA256SUMS does not name $Name" }
    $wanted = ($line -split '\s+')[0]
    $actual = (Get-FileHash -Algorithm SHA256 -Path $Path).Hash
    if ($actual -ne $wanted) { throw "$Name is not what SHA256SUMS says: $actual instead of $wanted" }
    Say "checked $Name against SHA256SUMS"
}

function Install-Files([string] $From, [string] $BinDir) {
    New-Item -ItemType Directory -Force -Path $BinDir | Out-Null
    if (-not (Test-Path "$From\zccache.exe")) { throw 'the archive holds no zccache.exe' }
    if (Test-Path "$From\lib\zccache") {
        $lib = Join-Path (Split-Path -Parent $BinDir) 'lib\zccache'
        New-Item -ItemType Directory -Force -Path $lib | Out-Null
        Copy-Item -Force "$From\lib\zccache\*" $lib
    }
    foreach ($program in 'zccache.exe', 'zccache-daemon.exe', 'zccache-fp.exe') {
        if (Test-Path "$From\$program") { Copy-Item -Force "$From\$program" $BinDir }
        elseif ($program -eq 'zccache-daemon.exe') {
            Remove-Item -Force -ErrorAction SilentlyContinue "$BinDir\$program"
        }
    }
    Say "installed zccache into $BinDir"
}

function Add-ToPath([string] $BinDir) {
    $path = [Environment]::GetEnvironmentVariable('Path', 'User')
    if (($path -split ';') -contains $BinDir) { return }
    [Environment]::SetEnvironmentVariable('Path', "$BinDir;$path", 'User')
    Say "added $BinDir to the user's PATH"
}

$mode = if ($Global) { 'global' } elseif ($User) { 'user' } elseif ($env:ZCCACHE_INSTALL_MODE) { $env:ZCCACHE_INSTALL_MODE } else { 'user' }
if ($mode -notin 'user', 'global') { throw "ZCCACHE_INSTALL_MODE is user or global, not $mode" }
if (-not $BinDir) {
    $BinDir = if ($mode -eq 'global') { "$env:ProgramFiles\zccache\bin" } else { "$env:USERPROFILE\.local\bin" }
}
$repo = if ($env:ZCCACHE_INSTALL_REPO) { $env:ZCCACHE_INSTALL_REPO } else { $DefaultRepo }
$releases = if ($env:ZCCACHE_INSTALL_BASE_URL) { $env:ZCCACHE_INSTALL_BASE_URL } else { "https://github.com/$repo/releases" }
if ($releases -like '*/@*@/*') { throw 'set ZCCACHE_INSTALL_REPO to the OWNER/NAME that the releases are at' }
$tag = if (-not $Version -or $Version -eq 'latest') { Get-LatestTag $releases } else { "v$($Version -replace '^v', '')" }
$name = "zccache-v$($tag -replace '^v', '')-$(Get-Target)"

$work = Join-Path ([System.IO.Path]::GetTempPath()) ([System.IO.Path]::GetRandomFileName())
New-Item -ItemType Directory -Path $work | Out-Null
try {
    Invoke-WebRequest -UseBasicParsing -Uri "$releases/download/$tag/$name.zip" -OutFile "$work\$name.zip"
    Test-Archive "$work\$name.zip" "$name.zip" "$releases/download/$tag/SHA256SUMS"
    Expand-Archive -Path "$work\$name.zip" -DestinationPath $work
    Install-Files "$work\$name" $BinDir
} finally {
    Remove-Item -Recurse -Force $work
}
if ($mode -eq 'user' -and $env:ZCCACHE_NO_MODIFY_PATH -ne '1') { Add-ToPath $BinDir }
& "$BinDir\zccache.exe" --version
